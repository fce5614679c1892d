"""A bare client: N questions at a concurrency to a chat-completions server, nothing else.

It is the yardstick: what any harness adds comes on top of this. Starts the local server when no
address is given.

    python benchmarks/bare.py -n 10000 -c 100 --behave delay=0.05

Prints the wall seconds from the first question to the last answer, requests per second, CPU
seconds of this process and its latencies in milliseconds (p50, p95, p99).
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from measure import percentile, serving


async def with_aiohttp(url: str, prompts: Iterator[str], concurrency: int) -> list[float]:
    """Ask with one shared aiohttp session; return the seconds of each answer."""
    import aiohttp

    taken: list[float] = []
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work() -> None:
            for prompt in prompts:  # shared: each worker takes the next one
                began = time.perf_counter()
                async with session.post(url, json=_question(prompt)) as answer:
                    text = (await answer.json())["choices"][0]["message"]["content"]
                    assert text
                taken.append(time.perf_counter() - began)

        await asyncio.gather(*(work() for _ in range(concurrency)))
    return taken


async def with_sockets(url: str, prompts: Iterator[str], concurrency: int) -> list[float]:
    """Ask with plain sockets and look at nothing but the length: the server's own limit."""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    taken: list[float] = []

    async def work() -> None:
        reader, writer = await asyncio.open_connection(name, int(port))
        for prompt in prompts:
            began = time.perf_counter()
            body = json.dumps(_question(prompt)).encode()
            head = f"POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(answer.rsplit(b":", 1)[1]))
            taken.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return taken


def _question(prompt: str) -> dict[str, Any]:
    return {"model": "local", "messages": [{"role": "user", "content": prompt}]}


_CLIENTS = {"aiohttp": with_aiohttp, "sockets": with_sockets}


def ask(address: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Ask all questions of an address; return the figures."""
    prompts = (f"Question {number}: how long is a piece of string?" for number in count(arguments))
    client = _CLIENTS[arguments.client]
    began = time.perf_counter()
    url = f"{address}/v1/chat/completions"
    taken = sorted(asyncio.run(client(url, prompts, arguments.concurrency)))
    wall = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "requests": len(taken),
        "wall_s": wall,
        "per_s": len(taken) / wall,
        "cpu_s": used.ru_utime + used.ru_stime,
        **{f"p{share}_ms": percentile(taken, share) * 1000 for share in (50, 95, 99)},
    }


def count(arguments: argparse.Namespace) -> range:
    """Return the numbers of the questions."""
    return range(int(arguments.n))


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=2000, help="questions (2000)")
    parser.add_argument("-c", "--concurrency", type=int, default=100, help="at a time (100)")
    parser.add_argument("--url", help="address of the server; default: start one")
    parser.add_argument("--behave", default="", metavar="QUERY", help="of the started server")
    parser.add_argument("--client", choices=_CLIENTS, default="aiohttp")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if arguments.url:
        figures = ask(arguments.url, arguments)
    else:
        with serving(arguments.behave) as server:
            figures = ask(server.url, arguments)
            figures["server_cpu_s"] = server.stats()["cpu_s"]
    if arguments.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:>14} {value:10.3f}" for name, value in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
