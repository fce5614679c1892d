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
    yield '</style>\n</head>\n<body>\n<a class="skip" href="#broke">Skip to what needs a look</a>\n<header class="top">\n  <p class="brand">llmeval</p>\n  <dl class="run">\n'
    for (l_1_label, l_1_value) in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'run'):
        _loop_vars = {}
        pass
        yield '    <div><dt>'
        yield escape(l_1_label)
        yield '</dt><dd>'
        yield escape(l_1_value)
        yield '</dd></div>\n'
    l_1_label = l_1_value = missing
    yield '  </dl>\n  <nav aria-label="On this page">\n    <a href="#broke-title">'
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'title'))
    yield '</a>\n    <a class="scripted" href="#cases-title" hidden>Cases</a>\n'
    for l_1_section in environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'sections'):
        _loop_vars = {}
        pass
        yield '    <a href="#'
        yield escape(environment.getattr(l_1_section, 'name'))
        yield '">'
        yield escape(environment.getattr(l_1_section, 'title'))
        yield '</a>\n'
    l_1_section = missing
    if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'metrics'):
        pass
        yield '<a href="#limits">Figures and limits</a>'
    yield '\n    <a href="#gaps">Not measured</a>\n    <a href="#environment">Environment</a>\n  </nav>\n</header>\n<main>\n<section class="verdict '
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'headline'), 'tone'))
    yield '" aria-labelledby="verdict">\n  <div class="said">\n    <h1 id="verdict"><span class="word">'
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'headline'), 'word'))
    yield ':</span> '
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'headline'), 'text'))
    yield '</h1>\n'
    if environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'rate'):
        pass
        yield '<p class="rate">Pass rate '
        yield escape(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'rate'))
        yield '</p>'
    yield '\n'
    if ((t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')) == 1) and environment.getattr(environment.getitem(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites'), 0), 'brief')):
        pass
        yield '    <ul class="reasons">\n'
        for l_1_reason in environment.getattr(environment.getitem(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites'), 0), 'brief'):
            _loop_vars = {}
            pass
            yield '      <li>'
            yield escape(l_1_reason)
            yield '</li>\n'
        l_1_reason = missing
        yield '    </ul>\n'
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
        yield '      </dl>\n'
        if (environment.getattr(l_1_suite, 'brief') and (t_1(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'suites')) > 1)):
            pass
            yield '      <ul class="reasons">\n'
            for l_2_reason in environment.getattr(l_1_suite, 'brief'):
                _loop_vars = {}
                pass
                yield '        <li>'
                yield escape(l_2_reason)
                yield '</li>\n'
            l_2_reason = missing
            yield '      </ul>\n'
        yield '      <details>\n        <summary>How it was judged</summary>\n        <dl class="pairs">\n          <div><dt>file</dt><dd>'
        yield escape(environment.getattr(l_1_suite, 'path'))
        yield '</dd></div>\n          <div><dt>gate</dt><dd>'
        yield escape(environment.getattr(l_1_suite, 'mode'))
        yield '</dd></div>\n          <div><dt>baseline</dt><dd>'
        yield escape(environment.getattr(l_1_suite, 'baseline'))
        yield '</dd></div>\n        </dl>\n'
        if environment.getattr(l_1_suite, 'reasons'):
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
    yield '  </div>\n</section>\n\n<section id="broke" aria-labelledby="broke-title">\n  <h2 id="broke-title">'
    yield escape(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'title'))
    if environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'total'):
        pass
        yield ': '
        yield escape(context.call(environment.getattr('{:,}', 'format'), environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'total')))
        yield ' case'
        if (environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'total') != 1):
            pass
            yield 's'
    yield '</h2>\n'
    t_3 = 1
    for l_1_case in environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'cards'):
        _loop_vars = {}
        pass
        yield '  <details class="card'
        if environment.getattr(l_1_case, 'is_beyond'):
            pass
            yield ' beyond'
        yield '"'
        if environment.getattr(l_1_case, 'is_open'):
            pass
            yield ' open'
        yield '>\n    <summary>\n      <span class="status '
        yield escape(environment.getattr(l_1_case, 'status'))
        yield '">'
        yield escape(environment.getattr(l_1_case, 'status'))
        yield '</span>\n      <code dir="auto">'
        yield escape(environment.getattr(l_1_case, 'case'))
        yield '</code>\n      <span class="about" dir="auto">'
        yield escape(environment.getattr(l_1_case, 'about'))
        yield '</span>\n'
        if environment.getattr(l_1_case, 'marks'):
            pass
            yield '<span class="dots" role="img" aria-label="'
            yield escape(environment.getattr(l_1_case, 'marks_said'))
            yield '" title="'
            yield escape(environment.getattr(l_1_case, 'marks_said'))
            yield '">'
            for l_2_mark in environment.getattr(l_1_case, 'marks'):
                _loop_vars = {}
                pass
                yield '<span class="dot '
                yield escape(l_2_mark)
                yield '"></span>'
            l_2_mark = missing
            yield '</span>'
        yield '\n      <span class="rates">'
        yield escape(environment.getattr(l_1_case, 'rates'))
        yield '</span>\n      <span class="why" dir="auto">'
        yield escape(environment.getattr(l_1_case, 'why'))
        yield '</span>\n    </summary>\n    <div class="card-body">\n      <div class="sides">\n'
        if environment.getattr(l_1_case, 'prompt'):
            pass
            yield '        <div>\n          <h3>Prompt</h3>\n          <div class="text" dir="auto">'
            yield escape(environment.getattr(l_1_case, 'prompt'))
            yield '</div>\n        </div>\n'
        def t_4(fiter):
            for (l_2_title, l_2_name, l_2_parts) in fiter:
                if l_2_parts:
                    yield (l_2_title, l_2_name, l_2_parts)
        for (l_2_title, l_2_name, l_2_parts) in t_4((('Baseline reply', 'del', environment.getattr(l_1_case, 'before')), ('Reply now', 'ins', environment.getattr(l_1_case, 'now')))):
            _loop_vars = {}
            pass
            yield '        <div>\n          <h3>'
            yield escape(l_2_title)
            yield '</h3>\n          <div class="text" dir="auto">'
            for (l_3_changed, l_3_text) in l_2_parts:
                _loop_vars = {}
                pass
                if l_3_changed:
                    pass
                    yield '<'
                    yield escape(l_2_name)
                    yield '>'
                    yield escape(l_3_text)
                    yield '</'
                    yield escape(l_2_name)
                    yield '>'
                else:
                    pass
                    yield escape(l_3_text)
            l_3_changed = l_3_text = missing
            yield '</div>\n        </div>\n'
        l_2_title = l_2_name = l_2_parts = missing
        yield '      </div>\n'
        if environment.getattr(l_1_case, 'checks'):
            pass
            yield '      <ul class="failed-checks">\n'
            for l_2_check in environment.getattr(l_1_case, 'checks'):
                _loop_vars = {}
                pass
                yield '        <li><code>'
                yield escape(environment.getattr(l_2_check, 'metric'))
                yield '</code> <span dir="auto">'
                yield escape(environment.getattr(l_2_check, 'said'))
                yield '</span>'
                if environment.getattr(l_2_check, 'accuracy'):
                    pass
                    yield ' <small>'
                    yield escape(environment.getattr(l_2_check, 'accuracy'))
                    yield '</small>'
                yield '</li>\n'
            l_2_check = missing
            yield '      </ul>\n'
        elif environment.getattr(l_1_case, 'why'):
            pass
            yield '      <p class="why" dir="auto">'
            yield escape(environment.getattr(l_1_case, 'why'))
            yield '</p>\n'
        for (l_2_title, l_2_text) in environment.getattr(l_1_case, 'more'):
            _loop_vars = {}
            pass
            yield '      <details class="block"><summary>'
            yield escape(l_2_title)
            yield '</summary><div class="text" dir="auto">'
            yield escape(l_2_text)
            yield '</div></details>\n'
        l_2_title = l_2_text = missing
        yield '      <p class="open-case"><a class="scripted" href="'
        yield escape(environment.getattr(l_1_case, 'address'))
        yield '" hidden>All trials, all checks, your verdict</a></p>\n    </div>\n  </details>\n'
        t_3 = 0
    l_1_case = missing
    if t_3:
        pass
        yield '  <p>Nothing broke.</p>\n'
    if (environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'total') > t_1(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'cards'))):
        pass
        yield '<p class="note beyond">'
        yield escape(context.call(environment.getattr('{:,}', 'format'), (environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'total') - t_1(environment.getattr(environment.getattr((undefined(name='page') if l_0_page is missing else l_0_page), 'broken'), 'cards')))))
        yield ' more stand in the list of all cases, which needs scripts, and in results.jsonl.</p>'
    yield '\n</section>\n\n<section id="cases" class="dynamic" aria-labelledby="cases-title" hidden>\n  <h2 id="cases-title">Cases</h2>\n  <div class="tools">\n    <div class="chips" role="group" aria-label="Show only"></div>\n    <label class="search"><span class="hidden">Search cases</span>\n      <input type="search" placeholder="status:regressed tag:smoke latency:&gt;2 words" autocomplete="off" spellcheck="false">\n    </label>\n  </div>\n  <div class="under-tools">\n    <p class="tally" role="status"></p>\n    <details class="help">\n      <summary>Search and keys</summary>\n      <div class="help-body">\n      <dl class="pairs">\n        <div><dt>words</dt><dd>in ids, tags, prompts, replies, reasons; <code>"two words"</code> as they stand</dd></div>\n        <div><dt>fields</dt><dd><code>status:</code> <code>suite:</code> <code>tag:</code> <code>severity:</code> <code>adapter:</code> <code>case:</code> <code>check:</code> (one that failed) <code>latency:&gt;2</code> <code>cost:&lt;0.01</code> <code>label:</code> (passed, failed, note, any, none)</dd></div>\n        <div><dt>all of them</dt><dd>each term must hold; <code>status:failed,error</code> is one or the other; <code>-tag:slow</code> is without</dd></div>\n        <div><dt>try</dt><dd><button type="button" data-ask="status:regressed">status:regressed</button> <button type="button" data-ask="status:failed,error -severity:warn">status:failed,error -severity:warn</button> <button type="button" data-ask="latency:&gt;2">latency:&gt;2</button></dd></div>\n        <div><dt>keys</dt><dd><kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> along the list, <kbd>Enter</kbd> opens; in a case <kbd>j</kbd> <kbd>k</kbd> next and previous, <kbd>y</kbd> <kbd>n</kbd> your verdict, <kbd>Esc</kbd> closes; <kbd>?</kbd> this help</dd></div>\n      </dl>\n      <label class="switch"><input type="checkbox" class="keys-on" checked> Single keys act</label>\n      </div>\n    </details>\n    <div class="labels">\n      <span class="labels-said" role="status"></span>\n      <button type="button" class="labels-save" disabled>Save labels.jsonl</button>\n      <button type="button" class="labels-load">Load labels</button>\n      <input type="file" accept=".jsonl" aria-label="Labels file" tabindex="-1" hidden>\n    </div>\n  </div>\n  <div class="rows"></div>\n</section>\n\n'
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
        yield '<section aria-labelledby="limits">\n  <h2 id="limits">Figures and limits</h2>\n  <div class="scroll" tabindex="0" role="group" aria-labelledby="limits">\n  <table class="plain limits">\n    <thead><tr>'
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
        yield '  <div class="scroll" tabindex="0" role="group" aria-labelledby="gaps">\n  <table class="plain gaps">\n    <thead><tr><th scope="col">Suite</th><th scope="col">Why</th><th scope="col" class="number">How often</th><th scope="col">Cases</th></tr></thead>\n    <tbody>\n'
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
debug_info = '5=29&9=31&11=33&18=35&19=39&23=45&25=47&26=51&28=56&35=60&37=62&38=66&40=72&42=75&43=79&47=83&48=87&51=96&55=100&56=105&62=121&63=125&69=137&71=139&72=143&74=145&75=147&79=153&80=157&83=165&86=167&87=175&88=180&90=186&92=189&93=193&100=198&101=200&102=202&104=204&106=207&107=211&111=215&113=218&114=222&125=229&126=240&127=244&129=252&130=256&131=258&132=260&134=276&135=278&139=280&142=283&145=285&147=293&148=295&152=314&154=317&155=321&158=333&159=336&161=338&162=342&164=348&170=355&207=361&208=365&209=367&210=371&214=375&219=378&221=382&223=386&224=392&225=400&226=409&237=414&242=417&243=421&256=435&257=439&260=445&265=447&266=449'
