# Made by `python -m llmeval.report.frame` of assets/page.html.j2: edit that.
from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'page.html.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_policy = resolve('policy')
    l_0_page = resolve('page')
    l_0_style = resolve('style')
    l_0_data = resolve('data')
    l_0_script = resolve('script')
    try:
        t_1 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_2 = environment.tests['even']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No test named 'even' found.")
    pass
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="'
    yield escape((undefined(name='policy') if l_0_policy is missing else l_0_policy))
    yield '">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n<title>'
    yield escape(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'title'))
    yield '</title>\n<link rel="icon" href="data:,">\n<style>'
    yield escape((undefined(name='style') if l_0_style is missing else l_0_style))
    yield '</style>\n</head>\n<body>\n<a class="skip" href="#cases">Skip to the cases</a>\n<header class="top">\n  <p class="brand">llmeval</p>\n  <dl class="run">\n'
    for (l_1_label, l_1_value) in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'run'):
        _loop_vars = {}
        pass
        yield '    <div><dt>'
        yield escape(l_1_label)
        yield '</dt><dd>'
        yield escape(l_1_value)
        yield '</dd></div>\n'
    l_1_label = l_1_value = missing
    yield '  </dl>\n</header>\n<main>\n<section class="verdict '
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'headline'), 'tone'))
    yield '" aria-labelledby="verdict">\n  <div class="said">\n    <h1 id="verdict"><span class="word">'
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'headline'), 'word'))
    yield ':</span> '
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'headline'), 'text'))
    yield '</h1>\n'
    def t_3(fiter):
        for l_1_suite in fiter:
            if (environment.getattr(l_1_suite, 'reasons') and (environment.getattr(l_1_suite, 'tone') != 'good')):
                yield l_1_suite
    for l_1_suite in t_3(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')):
        _loop_vars = {}
        pass
        if (t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')) > 1):
            pass
            yield '<p class="whose">'
            yield escape(environment.getattr(l_1_suite, 'name'))
            yield '</p>'
        yield '    <ul class="reasons">\n'
        for l_2_reason in environment.getattr(l_1_suite, 'reasons')[:5]:
            _loop_vars = {}
            pass
            yield '      <li>'
            yield escape(l_2_reason)
            yield '</li>\n'
        l_2_reason = missing
        if (t_1(environment.getattr(l_1_suite, 'reasons')) > 5):
            pass
            yield '<li class="note">and '
            yield escape((t_1(environment.getattr(l_1_suite, 'reasons')) - 5))
            yield ' more reasons, below</li>'
        yield '    </ul>\n'
    l_1_suite = missing
    for (l_1_suite, l_1_what) in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'changed'):
        _loop_vars = {}
        pass
        yield '    <p class="changed">Changed'
        if l_1_suite:
            pass
            yield ' in '
            yield escape(l_1_suite)
        yield ': '
        yield escape(l_1_what)
        yield '</p>\n'
    l_1_suite = l_1_what = missing
    yield '  </div>\n'
    if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'steps'):
        pass
        yield '  <div class="next">\n    <h2>What to do next</h2>\n    <ol>\n'
        l_1_loop = missing
        for l_1_step, l_1_loop in LoopContext(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'steps'), undefined):
            _loop_vars = {}
            pass
            yield '      <li>'
            l_2_loop = missing
            for l_2_part, l_2_loop in LoopContext(l_1_step, undefined):
                _loop_vars = {}
                pass
                if t_2(environment.getattr(l_2_loop, 'index')):
                    pass
                    yield '<code>'
                    yield escape(l_2_part)
                    yield '</code>'
                else:
                    pass
                    yield escape(l_2_part)
            l_2_loop = l_2_part = missing
            yield '</li>\n'
        l_1_loop = l_1_step = missing
        yield '    </ol>\n  </div>\n'
    yield '  <dl class="figures">\n'
    for l_1_figure in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'figures'):
        _loop_vars = {}
        pass
        yield '    <div><dt>'
        yield escape(environment.getattr(l_1_figure, 'label'))
        yield '</dt><dd>'
        yield escape(environment.getattr(l_1_figure, 'value'))
        yield '</dd>'
        if environment.getattr(l_1_figure, 'note'):
            pass
            yield '<dd class="note">'
            yield escape(environment.getattr(l_1_figure, 'note'))
            yield '</dd>'
        yield '</div>\n'
    l_1_figure = missing
    yield '  </dl>\n</section>\n\n<section aria-labelledby="suites">\n  <h2 id="suites">'
    yield escape(('Suite' if (t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')) == 1) else 'Suites'))
    yield '</h2>\n  <div class="strip">\n'
    for l_1_suite in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites'):
        _loop_vars = {}
        pass
        yield '    <article class="suite '
        yield escape(environment.getattr(l_1_suite, 'tone'))
        yield '">\n      <div class="name">\n        <h3>'
        yield escape(environment.getattr(l_1_suite, 'name'))
        yield '</h3>\n        <p><span class="pill '
        yield escape(environment.getattr(l_1_suite, 'tone'))
        yield '">'
        yield escape(environment.getattr(l_1_suite, 'status'))
        yield '</span> '
        yield escape(environment.getattr(l_1_suite, 'comparison'))
        yield '</p>\n      </div>\n      <div class="outcomes">\n        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">\n'
        for (l_2_outcome, l_2_begin, l_2_width) in environment.getattr(l_1_suite, 'bar'):
            _loop_vars = {}
            pass
            yield '          <rect class="'
            yield escape(l_2_outcome)
            yield '" x="'
            yield escape(l_2_begin)
            yield '" y="0" width="'
            yield escape(l_2_width)
            yield '" height="6"/>\n'
        l_2_outcome = l_2_begin = l_2_width = missing
        yield '        </svg>\n        <p>'
        yield escape(environment.getattr(l_1_suite, 'counts'))
        yield '</p>\n      </div>\n      <dl>\n        <div><dt>Pass rate</dt><dd>'
        yield escape(environment.getattr(l_1_suite, 'rate'))
        yield '</dd>'
        if environment.getattr(l_1_suite, 'change'):
            pass
            yield '<dd class="note">'
            yield escape(environment.getattr(l_1_suite, 'change'))
            yield '</dd>'
        yield '</div>\n'
        if environment.getattr(l_1_suite, 'latency'):
            pass
            yield '<div><dt>Latency p50 / p95</dt><dd>'
            yield escape(environment.getattr(l_1_suite, 'latency'))
            yield '</dd></div>'
        if environment.getattr(l_1_suite, 'cost'):
            pass
            yield '<div><dt>Cost</dt><dd>'
            yield escape(environment.getattr(l_1_suite, 'cost'))
            yield '</dd></div>'
        yield '      </dl>\n      <details>\n        <summary>How it was judged</summary>\n        <dl class="pairs">\n          <div><dt>file</dt><dd>'
        yield escape(environment.getattr(l_1_suite, 'path'))
        yield '</dd></div>\n          <div><dt>gate</dt><dd>'
        yield escape(environment.getattr(l_1_suite, 'mode'))
        yield '</dd></div>\n          <div><dt>baseline</dt><dd>'
        yield escape(environment.getattr(l_1_suite, 'baseline'))
        yield '</dd></div>\n        </dl>\n'
        if (t_1(environment.getattr(l_1_suite, 'reasons')) > 5):
            pass
            yield '        <ul>\n'
            for l_2_reason in environment.getattr(l_1_suite, 'reasons'):
                _loop_vars = {}
                pass
                yield '          <li>'
                yield escape(l_2_reason)
                yield '</li>\n'
            l_2_reason = missing
            yield '        </ul>\n'
        if environment.getattr(l_1_suite, 'notes'):
            pass
            yield '        <ul>\n'
            for l_2_note in environment.getattr(l_1_suite, 'notes'):
                _loop_vars = {}
                pass
                yield '          <li>'
                yield escape(l_2_note)
                yield '</li>\n'
            l_2_note = missing
            yield '        </ul>\n'
        yield '      </details>\n    </article>\n'
    l_1_suite = missing
    yield '  </div>\n</section>\n\n<section id="broke" class="static" aria-labelledby="broke-title">\n  <h2 id="broke-title">What broke</h2>\n'
    if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'problems'):
        pass
        yield '  <table class="plain">\n    <thead><tr><th scope="col">Status</th><th scope="col">Case</th><th scope="col">Baseline</th><th scope="col">Now</th><th scope="col">Why</th></tr></thead>\n    <tbody>\n'
        for l_1_case in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'problems'):
            _loop_vars = {}
            pass
            yield '    <tr>\n      <td><span class="status '
            yield escape(environment.getattr(l_1_case, 'status'))
            yield '">'
            yield escape(environment.getattr(l_1_case, 'status'))
            yield '</span></td>\n      <td><code dir="auto">'
            yield escape(environment.getattr(l_1_case, 'case'))
            yield '</code>'
            if (t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')) > 1):
                pass
                yield '<span class="suite-name">'
                yield escape(environment.getattr(l_1_case, 'suite'))
                yield '</span>'
            yield '</td>\n      <td class="number">'
            yield escape(environment.getattr(l_1_case, 'before'))
            yield '</td>\n      <td class="number">'
            yield escape(environment.getattr(l_1_case, 'now'))
            yield '</td>\n      <td>\n        <span dir="auto">'
            yield escape(environment.getattr(l_1_case, 'why'))
            yield '</span>\n'
            if ((environment.getattr(l_1_case, 'prompt') or environment.getattr(l_1_case, 'replies')) or environment.getattr(l_1_case, 'earlier')):
                pass
                yield '        <details>\n          <summary>Prompt and replies</summary>\n'
                if environment.getattr(l_1_case, 'prompt'):
                    pass
                    yield '<h4>Prompt</h4><pre dir="auto">'
                    yield escape(environment.getattr(l_1_case, 'prompt'))
                    yield '</pre>'
                for l_2_text in environment.getattr(l_1_case, 'earlier'):
                    _loop_vars = {}
                    pass
                    yield '<h4>Baseline</h4><pre dir="auto">'
                    yield escape(l_2_text)
                    yield '</pre>'
                l_2_text = missing
                for l_2_text in environment.getattr(l_1_case, 'replies'):
                    _loop_vars = {}
                    pass
                    yield '<h4>Now</h4><pre dir="auto">'
                    yield escape(l_2_text)
                    yield '</pre>'
                l_2_text = missing
                yield '        </details>\n'
            yield '      </td>\n    </tr>\n'
        l_1_case = missing
        yield '    </tbody>\n  </table>\n'
        if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'more_problems'):
            pass
            yield '<p class="note">'
            yield escape(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'more_problems'))
            yield ' more stand in the table of all cases, which needs scripts, and in results.jsonl.</p>'
    else:
        pass
        yield '  <p>Nothing broke.</p>\n'
    yield '</section>\n\n<section id="cases" class="dynamic" aria-labelledby="cases-title" hidden>\n  <h2 id="cases-title">Cases</h2>\n  <div class="tools">\n    <div class="chips" role="group" aria-label="Show only"></div>\n    <label class="search"><span class="hidden">Search cases</span>\n      <input type="search" placeholder="Search: words, suite:name, tag:name, latency:&gt;2" autocomplete="off" spellcheck="false">\n    </label>\n  </div>\n  <p class="tally" role="status"></p>\n  <div class="rows"></div>\n</section>\n\n'
    for l_1_section in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'sections'):
        _loop_vars = {}
        pass
        yield '<section aria-labelledby="'
        yield escape(environment.getattr(l_1_section, 'name'))
        yield '">\n  <h2 id="'
        yield escape(environment.getattr(l_1_section, 'name'))
        yield '">'
        yield escape(environment.getattr(l_1_section, 'title'))
        yield '</h2>\n  '
        yield escape(environment.getattr(l_1_section, 'body'))
        yield '\n</section>\n'
    l_1_section = missing
    yield '\n'
    if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'metrics'):
        pass
        yield '<section aria-labelledby="limits">\n  <h2 id="limits">Figures and limits</h2>\n  <div class="scroll" tabindex="0" role="region" aria-labelledby="limits">\n  <table class="plain">\n    <thead><tr>'
        if (t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')) > 1):
            pass
            yield '<th scope="col">Suite</th>'
        yield '<th scope="col">Figure</th><th scope="col" class="number">Baseline</th><th scope="col" class="number">Now</th><th scope="col" class="number">Change</th><th scope="col">Limit</th><th scope="col" class="number">Measured</th></tr></thead>\n    <tbody>\n'
        for l_1_metric in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'metrics'):
            _loop_vars = {}
            pass
            yield '    <tr>\n'
            if (t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')) > 1):
                pass
                yield '<td>'
                yield escape(environment.getattr(l_1_metric, 'suite'))
                yield '</td>'
            yield '      <td>'
            yield escape(environment.getattr(l_1_metric, 'metric'))
            yield '</td><td class="number">'
            yield escape(environment.getattr(l_1_metric, 'before'))
            yield '</td><td class="number">'
            yield escape(environment.getattr(l_1_metric, 'now'))
            yield '</td><td class="number">'
            yield escape(environment.getattr(l_1_metric, 'change'))
            yield '</td>\n      <td>'
            yield escape(environment.getattr(l_1_metric, 'limit'))
            if environment.getattr(l_1_metric, 'kept'):
                pass
                yield ' <span class="status '
                yield escape(environment.getattr(l_1_metric, 'kept'))
                yield '">'
                yield escape(environment.getattr(l_1_metric, 'kept'))
                yield '</span>'
            yield '</td>\n      <td class="number">'
            yield escape(environment.getattr(l_1_metric, 'measured'))
            yield '</td>\n    </tr>\n'
        l_1_metric = missing
        yield '    </tbody>\n  </table>\n  </div>\n</section>\n'
    yield '\n<section aria-labelledby="gaps">\n  <h2 id="gaps">Not measured</h2>\n'
    if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'not_measured'):
        pass
        yield '  <div class="scroll" tabindex="0" role="region" aria-labelledby="gaps">\n  <table class="plain">\n    <thead><tr><th scope="col">Suite</th><th scope="col">Why</th><th scope="col" class="number">How often</th><th scope="col">Cases</th></tr></thead>\n    <tbody>\n'
        for (l_1_suite, l_1_why, l_1_amount, l_1_examples) in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'not_measured'):
            _loop_vars = {}
            pass
            yield '    <tr><td>'
            yield escape(l_1_suite)
            yield '</td><td>'
            yield escape(l_1_why)
            yield '</td><td class="number">'
            yield escape(l_1_amount)
            yield '</td><td>'
            yield escape(l_1_examples)
            yield '</td></tr>\n'
        l_1_suite = l_1_why = l_1_amount = l_1_examples = missing
        yield '    </tbody>\n  </table>\n  </div>\n'
    else:
        pass
        yield '  <p>Every case and every check was measured.</p>\n'
    yield '</section>\n\n<section aria-labelledby="environment">\n  <h2 id="environment">Environment</h2>\n  <dl class="pairs wide">\n'
    for (l_1_label, l_1_value) in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'environment'):
        _loop_vars = {}
        pass
        yield '    <div><dt>'
        yield escape(l_1_label)
        yield '</dt><dd>'
        yield escape(l_1_value)
        yield '</dd></div>\n'
    l_1_label = l_1_value = missing
    yield '  </dl>\n  <p class="note">'
    yield escape(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'cut_note'))
    yield '</p>\n</section>\n</main>\n\n<dialog id="case" aria-labelledby="case-title"></dialog>\n'
    yield escape((undefined(name='data') if l_0_data is missing else l_0_data))
    yield '\n<script>'
    yield escape((undefined(name='script') if l_0_script is missing else l_0_script))
    yield '</script>\n</body>\n</html>'

blocks = {}
debug_info = '5=29&9=31&11=33&18=35&19=39&24=45&26=47&27=51&28=58&30=64&31=68&33=71&36=78&37=82&40=91&44=95&45=100&51=116&52=120&58=132&60=134&61=138&63=140&64=142&68=148&69=152&72=160&75=162&76=170&77=175&82=181&83=183&84=185&86=187&88=190&89=194&93=198&95=201&96=205&108=212&112=215&114=219&115=223&116=231&117=233&119=235&120=237&123=240&124=245&125=252&133=263&151=272&152=276&153=278&154=282&158=286&163=289&165=293&167=297&168=303&169=311&170=320&181=325&186=328&187=332&200=346&201=350&204=356&209=358&210=360'
