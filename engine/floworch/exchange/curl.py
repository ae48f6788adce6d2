"""A cURL command, as browsers and API pages give it, as an ``http.request`` node."""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from floworch.errors import UsageError
from floworch.exchange.imported import Imported, Skeleton, escaped, identifier, literal_text

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
#: Long names of the short options that matter.
_SHORT = {
    "X": "request", "H": "header", "d": "data", "F": "form", "u": "user", "A": "user-agent", "e": "referer",
    "b": "cookie", "G": "get", "I": "head", "k": "insecure", "L": "location", "o": "output", "O": "remote-name",
    "m": "max-time", "x": "proxy", "T": "upload-file", "E": "cert", "r": "range", "U": "proxy-user",
    "w": "write-out", "D": "dump-header", "c": "cookie-jar", "K": "config", "C": "continue-at", "y": "speed-time",
    "Y": "speed-limit", "z": "time-cond", "P": "ftp-port", "Q": "quote", "t": "telnet-option",
}  # fmt: skip
_WITH_VALUE = {
    "request", "header", "data", "data-raw", "data-ascii", "data-binary", "data-urlencode", "json", "form",
    "form-string", "user", "user-agent", "referer", "cookie", "output", "max-time", "connect-timeout", "proxy",
    "upload-file", "cert", "key", "cacert", "capath", "retry", "retry-delay", "retry-max-time", "range", "proxy-user",
    "write-out", "dump-header", "cookie-jar", "config", "continue-at", "url", "url-query", "oauth2-bearer",
    "resolve", "interface", "limit-rate", "max-redirs", "max-filesize", "aws-sigv4", "ciphers", "tls-max",
    "speed-time", "speed-limit", "time-cond", "ftp-port", "quote", "telnet-option", "connect-to", "unix-socket",
    "stderr", "trace", "trace-ascii", "cert-type", "key-type", "pass", "proto", "noproxy", "dns-servers",
}  # fmt: skip
#: Options that change nothing that a node would do differently.
_HARMLESS = {
    "silent", "show-error", "verbose", "include", "fail", "fail-with-body", "compressed", "location", "http1.1",
    "http2", "http1.0", "http3", "no-progress-meter", "progress-bar", "globoff", "get", "head", "insecure",
    "location-trusted", "no-buffer", "ipv4", "ipv6", "tlsv1.2", "tlsv1.3", "basic", "remote-name", "fail-early",
    "parallel", "disable", "path-as-is", "tcp-nodelay", "no-keepalive", "write-out", "dump-header", "keepalive-time",
    "http2-prior-knowledge", "styled-output", "remote-header-name", "create-dirs", "max-redirs", "stderr",
}  # fmt: skip
_FLAGS = {"s": "silent", "S": "show-error", "v": "verbose", "i": "include", "f": "fail", "N": "no-buffer",
          "g": "globoff", "4": "ipv4", "6": "ipv6", "0": "http1.0", "q": "disable", "J": "remote-header-name",
          "j": "junk-session-cookies", "n": "netrc", "a": "append", "#": "progress-bar", "Z": "parallel",
          "1": "tlsv1", "p": "proxytunnel", "R": "remote-time", "l": "list-only", "B": "use-ascii"}  # fmt: skip
_SECRET_HEADER = re.compile(r"authorization|token|api-?key|secret|password|x-auth|cookie", re.IGNORECASE)


@dataclass
class _Request:
    """One request of a command line."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    data: list[tuple[str, str]] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)


def looks_like_curl(text: str) -> bool:
    """Whether a text, such as the clipboard's, is a cURL command."""
    return bool(re.match(r"\s*(?:\$\s+)?curl(?:\.exe)?\s+\S", text))


def from_curl(text: str) -> Imported:
    """Return a workflow of one ``http.request`` for each address of the command.

    Values of headers that hold tokens and passwords are not kept: expressions that read secrets stand for them.

    Raises:
        UsageError: It is no cURL command, or its quotes do not match.
    """
    skeleton = Skeleton("cURL request")
    last = None
    for request in _requests(_words(text), skeleton):
        for url in request.urls:
            node = _add(skeleton, request, url)
            if last is not None:
                skeleton.edge(last, node)
            last = node
    if last is None:
        raise UsageError("The cURL command names no address.", "Copy the whole command.")
    skeleton.name = next(iter(skeleton.nodes.values()))["title"]
    return skeleton.finish()


def _words(text: str) -> list[str]:
    text = text.strip().removeprefix("$ ").strip()
    if "^\n" in text or '^"' in text or "^\r\n" in text:  # as browsers copy it for the command prompt of Windows
        text = re.sub(r"\^(\r?\n|.)", lambda match: " " if match[1].strip() == "" else match[1], text)
    text = re.sub(r"\\\r?\n|`\r?\n", " ", text)
    text = re.sub(
        r"(?<![\w'\"\\])\$'((?:[^'\\]|\\.)*)'", lambda match: shlex.quote(_ansi(match[1])), text, flags=re.DOTALL
    )
    try:
        words = shlex.split(text, comments=False)
    except ValueError as error:
        raise UsageError(f"The cURL command cannot be read: {str(error).lower()}.", "Copy the whole command.") from None
    if not words or words[0].rpartition("/")[2].removesuffix(".exe") != "curl":
        raise UsageError("That is no cURL command: it does not begin with curl.", "Copy the whole command.")
    return words[1:]


_ANSI = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}


def _ansi(text: str) -> str:
    """The text between ``$'`` and ``'``, as a shell reads it."""

    def char(match: re.Match[str]) -> str:
        number = match[1] or match[2] or match[3]
        if number:
            code = int(number, 16)
            return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
        return chr(int(match[4], 8)) if match[4] else _ESCAPES.get(match[5], match[5])

    return _ANSI.sub(char, text)


def _requests(words: list[str], skeleton: Skeleton) -> Iterator[_Request]:
    request, at = _Request(), 0
    while at < len(words):
        word = words[at]
        at += 1
        if word in (";", "&&", "|", "||", ">", ">>", "2>", "&"):
            skeleton.tell("not_converted", "", f"What follows {word!r} in the command line was left out.")
            break
        if word in ("--next", "-:"):
            yield request
            request = _Request()
        elif not word.startswith("-") or word == "-":
            request.urls.append(word)
        else:
            at = _option(request, word, words, at, skeleton)
    yield request


def _option(request: _Request, word: str, words: list[str], at: int, skeleton: Skeleton) -> int:
    """Take one option, or a group of short ones; return the place after it and its value."""
    if word.startswith("--"):
        name, glued, value = word[2:].partition("=")
        if name not in _WITH_VALUE or not glued:
            value = ""
        if name in _WITH_VALUE:
            if not glued:
                value, at = (words[at] if at < len(words) else ""), at + 1
            _take(request, name, value, skeleton)
        else:
            _flag(request, word[2:], skeleton)
        return at
    for place, char in enumerate(word[1:], 1):
        name = _SHORT.get(char, _FLAGS.get(char, f"-{char}"))
        if name not in _WITH_VALUE:
            _flag(request, name, skeleton)
            continue
        value = word[place + 1 :]
        if not value:
            value, at = (words[at] if at < len(words) else ""), at + 1
        _take(request, name, value, skeleton)
        break
    return at


def _flag(request: _Request, name: str, skeleton: Skeleton) -> None:
    request.flags.add(name)
    if name not in _HARMLESS:
        skeleton.tell("not_converted", "", f"The option {name if name.startswith('-') else '--' + name} was left out.")


def _take(request: _Request, name: str, value: str, skeleton: Skeleton) -> None:
    """Take an option with a value."""
    if name == "header":
        _header(request, value, skeleton)
    elif name.startswith("data") or name == "json":
        request.data.append((name, value))
    elif name in ("form", "form-string"):
        request.form.append((name, value))
    elif name == "url-query":
        request.queries.append(value)
    elif name == "url":
        request.urls.append(value)
    elif name == "request":
        request.method = value.upper()
    elif name in ("user-agent", "referer", "cookie", "oauth2-bearer", "user", "max-time", "retry", "upload-file",
                  "output", "retry-delay"):  # fmt: skip
        request.values[name] = value
    elif name not in _HARMLESS:
        skeleton.tell("not_converted", "", f"The option --{name} was left out.")


def _header(request: _Request, value: str, skeleton: Skeleton) -> None:
    key, colon, content = value.partition(":")
    name, content = key.strip().removesuffix(";"), content.strip()
    if key.startswith("@"):
        skeleton.tell("not_converted", "", f"The headers in the file {key[1:]} were left out.")
    elif name and (content or not colon):  # "Name:" takes a header away that cURL would send by itself
        same = next((each for each in request.headers if each.lower() == name.lower()), name)
        before = request.headers.get(same)
        joint = "; " if name.lower() == "cookie" else ", "
        request.headers[same] = content if before is None else f"{before}{joint}{content}"


def _add(skeleton: Skeleton, request: _Request, url: str) -> str:
    """Add the node of one request."""
    if "://" not in url:
        url = f"http://{url}"
    base, query = _address(url)
    params: dict[str, Any] = {"method": "GET", "url": literal_text(base)}
    host = urlsplit(base).hostname or "request" if _readable(base) else "request"
    headers = _headers(skeleton, request, host)
    if "get" in request.flags:
        request.queries += ["&".join(_encoded(option, value) for option, value in _plain_data(skeleton, request))]
        request.data.clear()
    query = _merged(query, request.queries)
    body = _body(skeleton, request, headers)
    method = request.method or ("HEAD" if "head" in request.flags else "POST" if body or request.form else "GET")
    if "upload-file" in request.values and not request.method:
        method = "PUT"
    if method not in METHODS:
        skeleton.tell("not_converted", host, f"The method {method} is not supported; GET stands for it.")
        method = "GET"
    params["method"] = method
    params |= {"query": escaped(query)} if query else {}
    params |= {"headers": headers} if headers else {}
    params |= body
    params |= {"verify": False} if "insecure" in request.flags else {}
    if not {"location", "location-trusted"} & request.flags:
        params["follow_redirects"] = False
    fields = _fields(skeleton, request, host)
    at = (40.0 + 300.0 * len(skeleton.nodes), 80.0)
    return skeleton.add(host, "http.request", params, at, title=f"{method} {host}", **fields)


def _readable(url: str) -> bool:
    try:
        return bool(urlsplit(url).netloc)
    except ValueError:
        return False


def _address(url: str) -> tuple[str, dict[str, Any]]:
    """The address without its query, and the query by name; a name that stands twice has a list."""
    base, _, rest = url.partition("?")
    rest = rest.partition("#")[0]
    try:
        pairs = parse_qsl(rest, keep_blank_values=True, max_num_fields=500) if rest else []
    except ValueError:
        return url, {}
    return base.partition("#")[0], _grouped(pairs)


def _merged(query: dict[str, Any], more: list[str]) -> dict[str, Any]:
    """A query with the pairs that ``-G`` and ``--url-query`` add to it."""
    before = [(name, each) for name, value in query.items() for each in (value if isinstance(value, list) else [value])]
    added = [pair for text in more for pair in parse_qsl(text.lstrip("+"), keep_blank_values=True)]
    return _grouped(before + added)


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            before = found[name]
            found[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            found[name] = value
    return found


def _headers(skeleton: Skeleton, request: _Request, host: str) -> dict[str, str]:
    given = dict(request.headers)
    for option, header in (("user-agent", "User-Agent"), ("referer", "Referer"), ("cookie", "Cookie")):
        if option in request.values:
            given.setdefault(header, request.values[option])
    if "oauth2-bearer" in request.values:
        given.setdefault("Authorization", f"Bearer {request.values['oauth2-bearer']}")
    if "user" in request.values:
        word = base64.b64encode(request.values["user"].encode()).decode()
        given.setdefault("Authorization", f"Basic {word}")
    found = {}
    for name, value in given.items():
        if _SECRET_HEADER.search(name) and value and "$" not in value:
            found[name] = _secret(skeleton, name, value, host)
        elif name.lower() not in ("host", "content-length", "accept-encoding", "connection"):
            found[name] = literal_text(value)
    return found


def _secret(skeleton: Skeleton, header: str, value: str, host: str) -> str:
    """The header with an expression for its secret part; the secret itself is forgotten."""
    scheme, _, rest = value.partition(" ")
    plain = header.lower() == "authorization" and rest and scheme.isalpha()
    word = "BASIC" if plain and scheme.lower() == "basic" else "TOKEN" if plain else identifier(header).upper()
    name = f"{identifier(host).upper()}_{word}"
    what = "user:password in base64" if word == "BASIC" else "the value"
    skeleton.tell(
        "partly", host, f"The value of the header {header} is not kept: floworch secrets set {name} takes {what}."
    )
    return f"{scheme} {{{{ secrets.{name} }}}}" if plain else f"{{{{ secrets.{name} }}}}"


def _body(skeleton: Skeleton, request: _Request, headers: dict[str, str]) -> dict[str, Any]:
    if request.form:
        return _form(skeleton, request, headers)
    if "upload-file" in request.values:
        return _file(skeleton, request.values["upload-file"])
    if not request.data:
        return {}
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    option, value = request.data[0]
    if len(request.data) == 1 and value.startswith("@") and option not in _AS_IT_IS:
        if not kind:
            headers["Content-Type"] = "application/json" if option == "json" else "application/x-www-form-urlencoded"
        return _file(skeleton, value[1:])
    data = _plain_data(skeleton, request)
    if data and data[0][0] == "json":
        return _json_body("".join(value for _, value in data), headers)
    text = "&".join(_encoded(option, value) for option, value in data)
    if "json" in kind:
        return _json_body("".join(value for _, value in data), headers)
    pairs = _pairs(text)
    if pairs is not None and (not kind or "x-www-form-urlencoded" in kind):
        _drop(headers, "content-type")
        return {"form": escaped(_grouped(pairs))}
    if not kind:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return {"body": literal_text(text)}


#: Options whose value never names a file by a leading ``@``.
_AS_IT_IS = ("data-raw", "data-urlencode")


def _plain_data(skeleton: Skeleton, request: _Request) -> list[tuple[str, str]]:
    """The pieces of data that the command line holds itself."""
    found = []
    for option, value in request.data:
        in_file = option == "data-urlencode" and re.match(r"[^=@]*@", value) is not None
        if in_file or (value.startswith("@") and option not in _AS_IT_IS):
            skeleton.tell("not_converted", "", f"The data in the file {value.partition('@')[2]} was left out.")
        else:
            found.append((option, value))
    return found


def _encoded(option: str, value: str) -> str:
    if option != "data-urlencode":
        return value
    name, equals, content = value.partition("=")
    return f"{name}={quote(content, safe='')}" if equals and name else quote(content or name, safe="")


def _pairs(text: str) -> list[tuple[str, str]] | None:
    """The fields of a text that is a web form's; None for any other text."""
    if not text or not re.fullmatch(r"[^=&\s{}\[\]\"]+=[^&\s]*(?:&[^=&\s]+=[^&\s]*)*", text):
        return None
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=500)
    except ValueError:
        return None


def _json_body(text: str, headers: dict[str, str]) -> dict[str, Any]:
    """A JSON value where the text is one, else the text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {"body": literal_text(text)}
    if value is None:
        return {"body": text}
    _drop(headers, "content-type", "application/json")
    return {"json": escaped(value)}


def _drop(headers: dict[str, str], name: str, value: str = "") -> None:
    for key in [key for key in headers if key.lower() == name and headers[key].startswith(value)]:
        del headers[key]


def _form(skeleton: Skeleton, request: _Request, headers: dict[str, str]) -> dict[str, Any]:
    """The fields and files of a form in parts; without files it is sent as an ordinary form."""
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    for option, each in request.form:
        name, _, value = each.partition("=")
        if option == "form" and value[:1] == "<":
            skeleton.tell("not_converted", "", f"The form field {name} with the content of {value[1:]} was left out.")
        elif option == "form" and value[:1] == "@":
            files += [(name, literal_text(path.strip('"'))) for path in value[1:].partition(";")[0].split(",")]
        else:
            fields.append((name, literal_text(re.sub(r";type=[\w/+.-]+$", "", value) if option == "form" else value)))
    _drop(headers, "content-type", "multipart/")  # with the boundary that cURL would have used
    if not files:
        skeleton.tell("partly", "", "The form is sent URL-encoded, not as multipart/form-data.")
    made = {"form": _grouped(fields), "files": _grouped(files)}
    return {name: value for name, value in made.items() if value}


def _file(skeleton: Skeleton, path: str) -> dict[str, Any]:
    """The parameter that sends a file as the body."""
    if path in ("-", "."):
        skeleton.tell("not_converted", "", "The body from standard input was left out.")
        return {}
    skeleton.tell("note", "", f"The body is read from {path}.")
    return {"file": literal_text(path)}


def _fields(skeleton: Skeleton, request: _Request, host: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if "output" in request.values or "remote-name" in request.flags:
        skeleton.tell("partly", host, "The answer becomes the output; http.download writes it to a file.")
    for option, made in (("max-time", "timeout"), ("retry", "retry")):
        value = request.values.get(option)
        if value is None:
            continue
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 < number < 1e6:
            skeleton.tell("not_converted", host, f"The option --{option} {value} was left out.")
        elif made == "timeout":
            fields["timeout"] = f"{number:g}s"
        else:
            delay = request.values.get("retry-delay", "")
            waits = {"delay": f"{delay}s", "backoff": 1.0} if re.fullmatch(r"[1-9]\d{0,5}", delay) else {}
            fields["retry"] = {"max_attempts": int(number) + 1, **waits, "on": ["transient"]}
    return fields
