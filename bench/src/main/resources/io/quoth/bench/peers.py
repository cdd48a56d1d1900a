"""Times Hugging Face's tokenizers and OpenAI's tiktoken, where their wheels are installed.

Called by TokenizerBench: peers.py FOLDER NAME...; FOLDER holds NAME.json (tokenizer.json) or
NAME.tiktoken with NAME.pattern, and texts.json, a list of texts. Prints lines of
"name what value": millions of UTF-8 bytes a second, or resident megabytes.
"""

import gc
import json
import os
import statistics
import sys
import time

folder, names = sys.argv[1], sys.argv[2:]
with open(os.path.join(folder, "texts.json"), encoding="utf-8") as file:
    texts = json.load(file)
size = sum(len(text.encode("utf-8")) for text in texts) / 1e6


def rate(work):
    work()
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return size / statistics.median(seconds)


def resident():
    gc.collect()
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1e3 for line in file if line.startswith("VmRSS"))


def say(name, what, value):
    print(name, what, f"{value:.2f}", flush=True)


def rust(name):
    from tokenizers import Tokenizer

    before = resident()
    path = os.path.join(folder, name + ".json")
    tokenizer = Tokenizer.from_file(path)
    say(name, "loaded", resident() - before)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        Tokenizer.from_file(path)
        seconds.append(time.perf_counter() - start)
    say(name, "load", statistics.median(seconds) * 1e3)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    say(name, "offsets1", rate(lambda: [tokenizer.encode(text) for text in texts]))
    say(name, "ids1", rate(lambda: tokenizer.encode_batch_fast(texts)))
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    say(name, "offsets2", rate(lambda: tokenizer.encode_batch(texts)))
    say(name, "ids2", rate(lambda: tokenizer.encode_batch_fast(texts)))
    say(name, "used", resident() - before)


def tiktoken(name):
    import base64

    import tiktoken

    ranks = {}
    with open(os.path.join(folder, name + ".tiktoken"), "rb") as file:
        for line in file.read().splitlines():
            if line:
                token, rank = line.split()
                ranks[base64.b64decode(token)] = int(rank)
    with open(os.path.join(folder, name + ".pattern"), encoding="utf-8") as file:
        pattern = file.read()
    encoding = tiktoken.Encoding(
        name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": len(ranks)}
    )
    say(name, "ids1", rate(lambda: [encoding.encode_ordinary(text) for text in texts]))
    say(name, "ids2", rate(lambda: encoding.encode_ordinary_batch(texts, num_threads=2)))


for name in names:
    try:
        (rust if os.path.exists(os.path.join(folder, name + ".json")) else tiktoken)(name)
    except ImportError as error:
        print(name, "missing", str(error).replace(" ", "_"))
