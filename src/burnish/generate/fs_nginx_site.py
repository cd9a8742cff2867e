"""Category `fs_nginx_site`: server blocks for files, for a program behind them and for HTTPS, parsed by crossplane."""

from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun

SERVER = ["http", 0, "server", 0]


def draw_domain(rng: Random) -> str:
    """Draw a host name that is reserved for examples."""
    noun = draw_noun(rng)
    return f"{pick(rng, f'www|static|docs|shop|app|{noun.one}|{noun.many}|my-{noun.one}')}.{pick(rng, 'example.com|example.org|example.net|test')}"


def either_place(name: str, values: list[str]) -> dict[str, Any]:
    """Return the check of a directive that may stand in the server or in its `location /`."""
    places: tuple[list[Any], ...] = ([*SERVER, name], [*SERVER, "location /", 0, name])
    return {"at": [], "any": [{"at": place, "in": [[value] for value in values]} for place in places]}


# What a site of files may have besides: in words, the line, the line spoilt, the directive and its values.
FILE_EXTRAS = (
    ("answer 404 for a path that has no file", "try_files $uri $uri/ =404;", "try_files $uri $uri/ =403;", "try_files",
     ["$uri $uri/ =404", "$uri =404"]),
    ("fall back to `/index.html` for unknown paths, as a single-page application needs",
     "try_files $uri $uri/ /index.html;", "try_files $uri $uri/ =404;", "try_files",
     ["$uri $uri/ /index.html", "$uri /index.html"]),
    ("list the files of folders (autoindex)", "autoindex on;", "autoindex off;", "autoindex", ["on"]),
    ("let browsers cache the files for {} days (`expires`)", "expires {}d;", "expires {}m;", "expires", ["{}d"]),
    ("compress its answers with gzip", "gzip on;", "gzip off;", "gzip", ["on"]),
    ("show `/{}.html` as the page of error 404", "error_page 404 /{}.html;", "error_page 403 /{}.html;", "error_page",
     ["404 /{}.html"]),
    ("keep no access log", "access_log off;", "error_log off;", "access_log", ["off"]),
)  # fmt: skip


def draw_files(rng: Random) -> dict[str, Any]:
    """Draw a port, a name, a folder, an index file and one directive more."""
    noun, (words, line, slip, name, values) = draw_noun(rng), rng.choice(FILE_EXTRAS)
    number = rng.choice((2, 7, 14, 30, 90)) if name == "expires" else pick(rng, f"404|missing|lost|no-{noun.one}")
    return {
        "port": rng.choice((80, 80, 8080, 8000, 8081, 3000)), "host": draw_domain(rng),
        "root": f"{pick(rng, '/var/www|/srv|/srv/www|/usr/share/nginx|/home/web|/data')}/{pick(rng, f'html|site|public|{noun.one}|{noun.many}')}",
        "index": pick(rng, "index.html|index.htm|home.html|start.html|main.html"), "extra": words.format(number),
        "line": line.format(number), "slip": slip.format(number), "directive": name,
        "values": [value.format(number) for value in values],
    }  # fmt: skip


def check_files(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for each directive where it applies to the whole site."""
    return spec_check(
        "nginx", {"at": ["http", 0, "server"], "length": 1}, {"at": [*SERVER, "listen", "*"], "equals": str(facts["port"])},
        {"at": [*SERVER, "server_name"], "equals": [facts["host"]]},
        either_place("root", [facts["root"], facts["root"] + "/"]), either_place("index", [facts["index"]]),
        either_place(facts["directive"], facts["values"]),
    )  # fmt: skip


FILES = Template(
    id="static_files",
    ask=(
        "Write an nginx server block for `«host»` that listens on port «port» and serves the files in `«root»`, with `«index»` as the index file. It should «extra».",
        "The folder `«root»` is to be published with nginx as `«host»`, port «port», index `«index»`. Please write the server block; it must «extra», too.",
        "nginx config, please: one `server` on port «port» for the name `«host»`. Root: `«root»`. Index: `«index»`. The site must also «extra».",
        "Which server block makes nginx answer for `«host»` on port «port» with what is in `«root»` (index `«index»`) and «extra»?",
    ),
    draw=draw_files,
    shapes=(
        Shape(name="server_level", code="""
            server {
                listen «port»;
                server_name «host»;
                root «root»;
                index «index»;
                «line»
            }
            """, mutants=(("    root «root»;\n", ""), ("listen «port»", "listen 1«port»"), ("server_name", "host_name"),
                          ("index «index»;", "index «index»"))),
        Shape(name="in_location", code="""
            server {
                listen «port»;
                server_name «host»;

                location / {
                    root «root»;
                    index «index»;
                    «line»
                }
            }
            """, mutants=(("location / {", "location /files/ {"), ("root «root»", "alias «root»"),
                          ("    listen «port»;\n", ""), ("index «index»", "index other.html"))),
        Shape(name="mixed", code="""
            server {
                server_name «host»;
                listen «port»;
                index «index»;
                root «root»;

                location / {
                    «line»
                }
            }
            """, mutants=(("server_name «host»", "server_name _"), ("    root «root»;\n", ""), ("root «root»", "root /"),
                          ("location / {", "location = / {"))),
    ),
    mutants=(("«line»", "«slip»"), ("«line»", "")),
    verifier=check_files,
)  # fmt: skip

# Headers and limits of a proxied path: in words, the line, the directive, its value, a spoilt value.
PROXY_EXTRAS = (
    ("pass the original `Host` header on (`$host`)", "proxy_set_header", "Host $host", "Host localhost"),
    ("send the client's address (`$remote_addr`) as `X-Real-IP`", "proxy_set_header", "X-Real-IP $remote_addr",
     "X-Real-IP $host"),
    ("set `X-Forwarded-Proto` to `$scheme`", "proxy_set_header", "X-Forwarded-Proto $scheme", "X-Forwarded-Proto $host"),
    ("set `X-Forwarded-For` to `$proxy_add_x_forwarded_for`", "proxy_set_header",
     "X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-For $host"),
    ("wait up to {} seconds for an answer (`proxy_read_timeout`)", "proxy_read_timeout", "{}s", "{}m"),
    ("accept bodies of up to {} megabytes", "client_max_body_size", "{}m", "{}k"),
    ("switch the buffering of answers off", "proxy_buffering", "off", "on"),
    ("use HTTP/1.1 towards the program", "proxy_http_version", "1.1", "1.0"),
)  # fmt: skip


def draw_proxy(rng: Random) -> dict[str, Any]:
    """Draw a path, the program behind it, and two directives more."""
    noun, number = draw_noun(rng), rng.choice((5, 10, 20, 30, 45, 90))
    extras = [
        (words.format(number), name, value.format(number), slip.format(number))
        for words, name, value, slip in rng.sample(PROXY_EXTRAS, 2)
    ]
    lines = [f"{name} {value};" for _, name, value, _ in extras]
    return {
        "host": draw_domain(rng), "path": pick(rng, f"/|/|/api/|/app/|/{noun.many}/|/v1/{noun.many}/|/ws/"),
        "target": f"{pick(rng, '127.0.0.1|localhost|app|backend|web|10.0.0.5')}:{rng.choice((3000, 4000, 5000, 8000, 8080, 9000))}",
        "upstream": pick(rng, f"{noun.one}_app|{noun.many}|program|{noun.one}_server"),
        "extra": " and ".join(words for words, *_ in extras), "lines": "\n".join(f"        {line}" for line in lines),
        "outer": "\n".join(f"    {line}" for line in lines), "directives": [[name, value] for _, name, value, _ in extras],
        "first": lines[0], "spoilt": f"{extras[0][1]} {extras[0][3]};", "second": lines[1],
    }  # fmt: skip


def check_proxy(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the target, named or by an upstream, and for the directives at the path or above it."""
    location = [*SERVER, f"location {facts['path']}", 0]
    behind, path = ["http", 0, f"upstream {facts['upstream']}", 0, "server"], facts["path"]

    def passed_to(name: str) -> dict[str, Any]:
        return {"at": [*location, "proxy_pass"], "in": [[f"http://{name}"], [f"http://{name}{path}"]]}

    named = {"at": [], "all": [{"at": behind, "equals": [facts["target"]]}, passed_to(facts["upstream"])]}
    # Headers of a location replace all those of its server, so they are looked for in one place.
    values = {name: [value for other, value in facts["directives"] if other == name] for name, _ in facts["directives"]}
    return spec_check(
        "nginx", {"at": ["http", 0, "server"], "length": 1}, {"at": [*SERVER, "listen", "*"], "equals": "80"},
        {"at": [*SERVER, "server_name"], "equals": [facts["host"]]}, {"at": [], "any": [passed_to(facts["target"]), named]},
        *({"at": [],
           "any": [{"at": [*place, name],
                    "all": [{"at": [], "contains": value} for value in wanted]} for place in (SERVER, location)]} for name,
          wanted in values.items()),
    )  # fmt: skip


PROXY = Template(
    id="reverse_proxy",
    ask=(
        "Write an nginx server block for `«host»` on port 80 that forwards requests below `«path»` to `http://«target»`, their paths unchanged. It should «extra». If you define an upstream, call it `«upstream»`.",
        "A program listens at `«target»` (HTTP). Put nginx in front of it: for the name `«host»`, port 80, the location `«path»` is passed to it without any change of the path. The proxy has to «extra». An upstream is optional; its name would be `«upstream»`.",
        "I need the nginx configuration of a reverse proxy, server block only (with the upstream `«upstream»`, should you want one). `«host»`, port 80. What starts with `«path»` goes to `http://«target»` under the same path. Let nginx «extra».",
        "Please make nginx «extra» while it proxies `«path»` of `«host»` (port 80) to `http://«target»`; the path stays as it is. A name for the upstream, if one is used: `«upstream»`.",
    ),
    draw=draw_proxy,
    shapes=(
        Shape(name="direct", code="""
            server {
                listen 80;
                server_name «host»;

                location «path» {
                    proxy_pass http://«target»;
            «lines»
                }
            }
            """, mutants=(("proxy_pass http://«target»", "proxy_pass https://«target»"),
                          ("proxy_pass http://«target»", "return 302 http://«target»"), ("listen 80", "listen 8080"),
                          ("http://«target»;", "http://«target»/x/;"))),
        Shape(name="upstream", code="""
            upstream «upstream» {
                server «target»;
            }

            server {
                listen 80;
                server_name «host»;

                location «path» {
            «lines»
                    proxy_pass http://«upstream»;
                }
            }
            """, mutants=(("server «target»", "server 192.0.2.1:80"),
                          ("proxy_pass http://«upstream»", "proxy_pass «upstream»"),
                          ("location «path»", "location = «path»"), ("    server_name «host»;\n", ""))),
        Shape(name="server_level", code="""
            server {
                listen 80;
                server_name «host»;
            «outer»

                location «path» {
                    proxy_pass http://«target»;
                }
            }
            """, mutants=(("location «path»", "location ~ «path»"), ("        proxy_pass http://«target»;\n", ""),
                          ("proxy_pass http://«target»", "proxy_redirect http://«target»"),
                          ("server_name «host»", "server_name localhost"))),
    ),
    mutants=(("«first»", "«spoilt»"), ("«second»", "")),
    verifier=check_proxy,
)  # fmt: skip

# What the HTTPS server does with requests: in words, the line, the line spoilt, the directive and its values.
SECURE = (
    ("serves the files in `/{}`", "root /{};", "alias /{}/;", "root", ["/{}", "/{}/"],
     "srv/www|var/www/html|srv/site|data/public|var/www/app"),
    ("answers 200 with the text `{}`", "return 200 {};", "return 204;", "return", ["200 {}"], "ok|ready|up|hello|alive"),
    ("redirects with 302 to `https://{}.example.com`", "return 302 https://{}.example.com;",
     "return 301 http://{}.example.com;", "return", ["302 https://{}.example.com"], "login|start|docs|portal|status"),
)  # fmt: skip
SECURE_EXTRAS = (
    ("allows TLS 1.2 and 1.3 only", "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_protocols TLSv1.1 TLSv1.2;", "ssl_protocols",
     ["TLSv1.2 TLSv1.3", "TLSv1.3 TLSv1.2"]),
    ("allows nothing but TLS 1.3", "ssl_protocols TLSv1.3;", "ssl_protocols TLSv1.2;", "ssl_protocols", ["TLSv1.3"]),
    ("adds the header `Strict-Transport-Security` with the value `max-age=31536000`",
     "add_header Strict-Transport-Security max-age=31536000;", "add_header Strict-Transport-Security max-age=0;",
     "add_header", ["Strict-Transport-Security max-age=31536000", "Strict-Transport-Security max-age=31536000 always"]),
    ("adds the header `X-Frame-Options` with the value `DENY`", "add_header X-Frame-Options DENY;",
     "add_header X-Frame-Options SAMEORIGIN;", "add_header", ["X-Frame-Options DENY", "X-Frame-Options DENY always"]),
    ("keeps TLS sessions for ten minutes (`ssl_session_timeout`)", "ssl_session_timeout 10m;", "ssl_session_timeout 10s;",
     "ssl_session_timeout", ["10m", "600s", "600"]),
    ("hides the version of nginx", "server_tokens off;", "server_tokens on;", "server_tokens", ["off"]),
)  # fmt: skip


def draw_https(rng: Random) -> dict[str, Any]:
    """Draw a name, a certificate, what the HTTPS server does, and a directive more."""
    words, line, wrong, name, values, fills = rng.choice(SECURE)
    more, extra_line, slip, extra_name, extra_values = rng.choice(SECURE_EXTRAS)
    fill, host, folder = (
        pick(rng, fills),
        draw_domain(rng),
        pick(rng, "/etc/ssl|/etc/nginx/tls|/etc/nginx/certs|/run/secrets|/etc/pki"),
    )
    label = rng.choice((host, "site", "server", "tls"))
    return {
        "host": host, "certificate": f"{folder}/{label}.{pick(rng, 'crt|pem')}", "key": f"{folder}/{label}.key",
        "does": words.format(fill), "line": line.format(fill), "wrong": wrong.format(fill),
        "directive": name, "values": [value.format(fill) for value in values], "more": more, "extra": extra_line,
        "slip": slip, "extra_name": extra_name, "extra_values": extra_values,
    }  # fmt: skip


def check_https(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for both servers in either order: the redirect in its usual spellings, and what is secure."""
    host, end = facts["host"], ("$request_uri", "$uri$is_args$args")
    targets = [f"301 https://{name}{path}" for name in (host, "$host", "$server_name") for path in end[:1]]
    rewrites = [
        f"{pattern} https://{name}{path} permanent"
        for name in (host, "$host", "$server_name")
        for pattern, path in (("^", "$request_uri?"), ("^(.*)$", "$1"), ("^/(.*)$", "/$1"), ("^(.*)", "$1"))
    ]
    places: list[list[Any]] = [[], ["location /", 0]]
    moved = [
        {"at": [*place, name], "in": [[form] for form in forms]}
        for place in places
        for name, forms in (("return", targets), ("rewrite", rewrites))
    ]
    named = {"at": ["server_name"], "equals": [host]}

    def either(name: str, values: list[str]) -> dict[str, Any]:
        return {"at": [], "any": [{"at": [*place, name], "in": [[value] for value in values]} for place in places]}

    secure = [named, {"at": ["ssl_certificate"], "equals": [facts["certificate"]]},
              {"at": ["ssl_certificate_key"], "equals": [facts["key"]]},
              either(facts["directive"], facts["values"]), either(facts["extra_name"], facts["extra_values"])]  # fmt: skip
    return spec_check(
        "nginx", {"at": ["http", 0, "server"], "length": 2},
        {"at": ["http", 0, "server", "*"],
         "all": [{"at": ["listen", "*"], "equals": "80"}, named, {"at": [], "any": moved}]},
        {"at": ["http", 0, "server", "*"], "all": [{"at": ["listen", "*"], "in": ["443 ssl", "443 ssl http2"]}, *secure]},
    )  # fmt: skip


HTTPS = Template(
    id="http_to_https",
    ask=(
        "Write two nginx server blocks for `«host»`. The one on port 80 redirects everything permanently (301) to the same address under HTTPS. The one on port 443 uses the certificate `«certificate»` and the key `«key»`, «does» and «more».",
        "`«host»` should be reached by HTTPS only. Give me the nginx configuration: port 80 answers with a permanent redirect to HTTPS that keeps host and path; port 443, in a second server block, has SSL with `«certificate»` and `«key»`. That block «more». It «does».",
        "nginx, please: (1) a TLS server for `«host»` (port 443, certificate `«certificate»`, key `«key»`) that «does» and «more»; (2) a plain one on port 80 for the same name, which sends every request with a 301 to the same path on HTTPS.",
        "I have a certificate for `«host»`: `«certificate»`, with its key in `«key»`. Please write the server block for port 443, which «more» and «does», and another one that permanently redirects port 80 there, path and query included.",
        "Nobody should use `«host»` over plain HTTP any more. With nginx, a server on port 80 must send them to the same path on HTTPS (status 301); the server there, on 443, «does» and «more». Its TLS files are `«certificate»` and, for the key, `«key»`.",
        "Configure TLS in nginx for the name `«host»`: listen on 443 with `ssl_certificate` `«certificate»` and its key file `«key»`. This server «more»; it also «does». Requests on port 80 belong to another server block of that name, whose only answer is a 301 to the HTTPS address with the same path.",
    ),
    draw=draw_https,
    shapes=(
        Shape(name="return_host", code="""
            server {
                listen 80;
                server_name «host»;
                return 301 https://$host$request_uri;
            }

            server {
                listen 443 ssl;
                server_name «host»;
                ssl_certificate «certificate»;
                ssl_certificate_key «key»;
                «extra»
                «line»
            }
            """, mutants=(("return 301 https", "return 302 https"), ("$host$request_uri", "$host"),
                          ("listen 443 ssl", "listen 443"), ("https://$host", "http://$host"))),
        Shape(name="secure_first", code="""
            server {
                listen 443 ssl;
                server_name «host»;

                ssl_certificate «certificate»;
                ssl_certificate_key «key»;
                «extra»

                location / {
                    «line»
                }
            }

            server {
                listen 80;
                server_name «host»;

                location / {
                    return 301 https://«host»$request_uri;
                }
            }
            """, mutants=(("https://«host»$request_uri", "https://«host»/"), ("    ssl_certificate_key «key»;\n", ""),
                          ("listen 80;", "listen 443;"), ("return 301 https", "rewrite 301 https"))),
        Shape(name="rewrite", code="""
            server {
                listen 80;
                server_name «host»;
                rewrite ^ https://$server_name$request_uri? permanent;
            }

            server {
                server_name «host»;
                listen 443 ssl;
                ssl_certificate «certificate»;
                ssl_certificate_key «key»;
                «line»
                «extra»
            }
            """, mutants=(("permanent", "redirect"), ("listen 443 ssl", "listen 80 ssl"),
                          ("ssl_certificate «certificate»", "ssl_certificate «key»"),
                          ("rewrite ^ https", "rewrite ^ http"))),
    ),
    mutants=(("«extra»", "«slip»"), ("«line»", "«wrong»"), ("«extra»", "")),
    verifier=check_https,
)  # fmt: skip

CATEGORY = Category(name="fs_nginx_site", family="operations", templates=(FILES, PROXY, HTTPS))
