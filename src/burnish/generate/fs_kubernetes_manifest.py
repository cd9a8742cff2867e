"""Category `fs_kubernetes_manifest`: settings, services and deployments, judged by the schemas of Kubernetes."""

import json
from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import draw_noun, draw_nouns

NAMESPACES = "staging|production|tools|payments|web|internal|monitoring|team-a|demo"
# Settings whose values look like numbers or truth values in YAML, and settings that are text anyway.
TYPED = (("PORT", "3000|8000|8080|9090"), ("DEBUG", "true|false"), ("WORKERS", "2|4|8|16"), ("CACHE_TTL", "60|300|900"),
         ("MAX_UPLOADS", "5|10|20"), ("DRY_RUN", "true|false"), ("RATIO", "0.5|0.25"))  # fmt: skip
TEXTS = (("LOG_LEVEL", "info|debug|warning"), ("REGION", "eu-west|us-east"), ("THEME", "dark|light"),
         ("LOCALE", "de|en|fr"), ("APP_ENV", "production|staging"), ("CACHE_URL", "redis://cache:6379"),
         ("MODE", "primary|replica"))  # fmt: skip


def draw_place(rng: Random) -> dict[str, Any]:
    """Draw whether a namespace is asked for: in words, and as lines of `metadata`."""
    if rng.random() < 0.5:
        return {"space": "", "in_space": "", "space_line": "", "space_flow": "", "no_space": "(none)"}
    space = pick(rng, NAMESPACES)
    return {
        "space": space,
        "in_space": f" in the namespace `{space}`",
        "space_line": f"\n  namespace: {space}",
        "space_flow": f", namespace: {space}",
        "no_space": f"namespace: {space}",
    }


def expect_place(facts: Facts, at: list[Any]) -> dict[str, Any]:
    """Return the check of the namespace: the default one, as a rule unsaid, when none was asked for."""
    place = [*at, "metadata", "namespace"]
    if facts["space"]:
        return {"at": place, "equals": facts["space"]}
    return {"at": [], "any": [{"at": place, "absent": True}, {"at": place, "equals": "default"}]}


def draw_config(rng: Random) -> dict[str, Any]:
    """Draw a name and two or three settings, at least one of which must be quoted."""
    noun = draw_noun(rng)
    drawn = [*rng.sample(TYPED, rng.choice((1, 2))), rng.choice(TEXTS)]
    settings = [(name, pick(rng, values)) for name, values in rng.sample(drawn, len(drawn))]
    typed = next((name, value) for name, value in settings if name in dict(TYPED))
    return {
        "name": f"{noun.one}-{pick(rng, 'config|settings|env|options|defaults')}", **draw_place(rng),
        "settings": dict(settings), "shown": in_words([f"{name}={value}" for name, value in settings]),
        "lines": "\n".join(f'  {name}: "{value}"' for name, value in settings),
        "single": "\n".join(f"  {name}: '{value}'" for name, value in settings),
        "flow": ", ".join(f"{name}: {json.dumps(value)}" for name, value in settings), "last": settings[-1][0],
        "key": typed[0], "value": typed[1],
    }  # fmt: skip


def check_config(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the one ConfigMap and exactly its data."""
    at = [f"ConfigMap/{facts['name']}"]
    return spec_check("kubernetes", {"at": [], "length": 1}, {"at": [*at, "apiVersion"], "equals": "v1"},
                      {"at": [*at, "data"], "equals": facts["settings"]}, expect_place(facts, at))  # fmt: skip


CONFIG = Template(
    id="config_map",
    ask=(
        "Write a Kubernetes ConfigMap called `«name»`«in_space» that holds «shown».",
        "Kubernetes YAML, please: «shown» as the data of the ConfigMap `«name»`«in_space».",
        "Our pods read «shown» from their environment. Put these settings into a ConfigMap manifest; its name is `«name»`«in_space».",
        "I need the manifest of `«name»`, a ConfigMap«in_space» with these keys and values: «shown».",
    ),
    draw=draw_config,
    shapes=(
        Shape(name="double_quotes", code="""
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: «name»«space_line»
            data:
            «lines»
            """, mutants=(("apiVersion: v1", "apiVersion: apps/v1"), ("data:", "stringData:"),
                          ("kind: ConfigMap", "kind: Secret"), ("  name: «name»", "  title: «name»"))),
        Shape(name="single_quotes", code="""
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: «name»«space_line»
            data:
            «single»
            """, mutants=(("kind: ConfigMap", "kind: Configmap"), ("apiVersion: v1\n", ""), ("data:\n", "spec:\n"),
                          ("  name: «name»", "  name: config"))),
        Shape(name="flow", code="""
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: «name»«space_flow» }
            data: { «flow» }
            """, mutants=(("data: {", "binaryData: {"), ("kind: ConfigMap\n", ""),
                          ("metadata: { name: «name»", "metadata: { id: «name»"))),
    ),
    mutants=(("«key»: \"«value»\"", "«key»: «value»"), ("«key»: '«value»'", "«key»: «value»"), ("«last»", "OTHER"),
             ("«no_space»", "namespace: default")),
    verifier=check_config,
)  # fmt: skip


# How a service is reached besides: in words, the line of `spec`, the line spoilt, the key and its value.
SERVICE_EXTRAS = (
    ("be reachable through a cloud load balancer", "type: LoadBalancer", "type: ClusterIP", "type", "LoadBalancer"),
    ("open a port of every node (type NodePort)", "type: NodePort", "type: ExternalName", "type", "NodePort"),
    ("be headless (no cluster IP)", "clusterIP: None", "clusterIP: 10.0.0.1", "clusterIP", "None"),
    ("send each client to the same pod, by its IP address (session affinity)", "sessionAffinity: ClientIP",
     "sessionAffinity: None", "sessionAffinity", "ClientIP"),
    ("include pods that aren't ready (`publishNotReadyAddresses`)", "publishNotReadyAddresses: true",
     "publishNotReadyAddresses: false", "publishNotReadyAddresses", True),
    ("keep external traffic on the node (type LoadBalancer, external traffic policy `Local`)",
     "type: LoadBalancer\n  externalTrafficPolicy: Local", "type: LoadBalancer\n  externalTrafficPolicy: Cluster",
     "externalTrafficPolicy", "Local"),
)  # fmt: skip


def draw_service(rng: Random) -> dict[str, Any]:
    """Draw a service, the pods behind it, its port, perhaps a second one, and how it is reached."""
    noun, (words, line, slip, key, value) = draw_noun(rng), rng.choice(SERVICE_EXTRAS)
    app = f"{noun.one}{pick(rng, '|-api|-web|-app|-server')}"
    name = rng.choice((app, f"{app}-svc", f"{app}-service", noun.many))
    label = pick(rng, "app|app.kubernetes.io/name|component|service")
    first, second = rng.choice((("http", "metrics"), ("web", "admin"), ("api", "health")))
    ports = [
        {"name": first, "port": rng.choice((80, 81, 443, 8000)), "targetPort": rng.choice((3000, 5000, 8080, 8443))},
        {"name": second, "port": rng.choice((9090, 9100, 9000)), "targetPort": rng.choice((9091, 9102, 9003))},
    ]
    ports = ports[: rng.choice((1, 2))]
    shown = " and ".join(f"port {one['port']} (named `{one['name']}`) to port {one['targetPort']}" for one in ports)
    return {
        "name": name, "app": app, "label": label, **draw_place(rng), "ports": ports, "shown": shown, "extra": words,
        "line": line, "slip": slip, "key": key, "value": value, "port": ports[0]["port"], "target": ports[0]["targetPort"],
        "lines": "\n".join(f"    - name: {one['name']}\n      port: {one['port']}\n      targetPort: {one['targetPort']}" for one in ports),
        "flow": "\n".join(f"    - {{ name: {one['name']}, port: {one['port']}, targetPort: {one['targetPort']}, protocol: TCP }}" for one in ports),
        "last": ports[-1]["name"],
    }  # fmt: skip


def check_service(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the service, its selector and its ports, which are TCP."""
    at = [f"Service/{facts['name']}"]
    ports = [{"at": [*at, "spec", "ports", "*"], "in": [port, port | {"protocol": "TCP"}]} for port in facts["ports"]]
    return spec_check(
        "kubernetes", {"at": [], "length": 1}, {"at": [*at, "spec", "selector"], "equals": {facts["label"]: facts["app"]}},
        {"at": [*at, "spec", "ports"], "length": len(ports)}, *ports,
        {"at": [*at, "spec", facts["key"]], "equals": facts["value"]}, expect_place(facts, at),
    )  # fmt: skip


SERVICE = Template(
    id="service",
    ask=(
        "Write the manifest of a Kubernetes Service `«name»`«in_space». It selects the pods with the label `«label»: «app»` and forwards «shown» of the pods. It should «extra».",
        "Pods labelled `«label»=«app»` need a stable address«in_space». Please write a Service manifest called `«name»` that maps «shown» of these pods and will «extra».",
        "Kubernetes YAML for one Service, please: name `«name»`«in_space», selector `«label»: «app»`, «shown». Let it «extra».",
        "How do I expose the pods that carry the label `«label»: «app»` as the Service `«name»`«in_space»? Map «shown» and have it «extra».",
    ),
    draw=draw_service,
    shapes=(
        Shape(name="block", code="""
            apiVersion: v1
            kind: Service
            metadata:
              name: «name»«space_line»
            spec:
              «line»
              selector:
                «label»: «app»
              ports:
            «lines»
            """, mutants=(("port: «port»\n      targetPort: «target»", "port: «target»\n      targetPort: «port»"),
                          ("selector:\n    «label»", "selector:\n    matchLabels:\n      «label»"),
                          ("kind: Service", "kind: Ingress"), ("  selector:\n    «label»: «app»\n", ""))),
        Shape(name="flow", code="""
            apiVersion: v1
            kind: Service
            metadata: { name: «name»«space_flow» }
            spec:
              selector: { «label»: «app» }
              ports:
            «flow»
              «line»
            """, mutants=(("protocol: TCP", "protocol: UDP"), (", targetPort: «target»", ""),
                          ("apiVersion: v1", "apiVersion: v2"), ("{ «label»: «app» }", "{ name: «app» }"))),
        Shape(name="ports_first", code="""
            kind: Service
            apiVersion: v1
            metadata:
              name: «name»«space_line»
            spec:
              ports:
            «lines»
              selector:
                "«label»": "«app»"
              «line»
            """, mutants=(("targetPort: «target»", "nodePort: «target»"), ("\"«label»\": \"«app»\"", "\"«label»\": other"),
                          ("      port: «port»\n", ""), ("  selector:\n", "  selectors:\n"))),
    ),
    mutants=(("«line»", "«slip»"), ("  «line»\n", ""), ("\n  «line»", ""), ("name: «last»", "name: other")),
    verifier=check_service,
)  # fmt: skip

IMAGES = "nginx:1.27|ghcr.io/example/«one»:1.4.2|ghcr.io/example/«one»:2.0|registry.example.com/«many»:stable|python:3.12-slim|node:22-alpine|httpd:2.4|example/«one»-api:3.1|example/«many»:0.9"


def draw_container(rng: Random, kind: str, other: str) -> tuple[str, list[str], str, list[dict[str, Any]]]:
    """Draw a setting of the container: in words, as lines, spoilt as text, and the checks below the container."""
    if kind == "env":
        name, values = rng.choice((*TYPED, *TEXTS))
        value = pick(rng, values)
        return (
            f"set the environment variable `{name}` to `{value}`",
            ["env:", f"  - name: {name}", f'    value: "{value}"'],
            f'value: "{value}0"',
            [{"at": ["env", "*"], "equals": {"name": name, "value": value}}],
        )
    if kind == "from":
        name = f"{other}-{pick(rng, 'config|settings|secrets')}"
        ref = "secretRef" if name.endswith("secrets") else "configMapRef"
        return (
            f"take its environment from the {'Secret' if ref == 'secretRef' else 'ConfigMap'} `{name}`",
            ["envFrom:", f"  - {ref}:", f"      name: {name}"],
            f"name: {name}s",
            [{"at": ["envFrom", "*", ref, "name"], "equals": name}],
        )
    if kind == "limits":
        memory, cpu = pick(rng, "64Mi|128Mi|256Mi|512Mi|1Gi"), pick(rng, "100m|250m|500m")
        return (
            f"be limited to {memory} of memory and {cpu} of CPU",
            ["resources:", "  limits:", f"    memory: {memory}", f"    cpu: {cpu}"],
            "    memory: 4Gi",
            [{"at": ["resources", "limits"], "equals": {"memory": memory, "cpu": cpu}}],
        )
    path, seconds = pick(rng, "/healthz|/health|/ready|/ping|/status"), rng.choice((5, 10, 15, 30))
    probe = pick(rng, "readiness|liveness")
    return f"have a {probe} probe (HTTP GET `{path}` on its port, every {seconds} seconds)", [f"{probe}Probe:", "  httpGet:", f"    path: {path}", "    port: {port}", f"  periodSeconds: {seconds}"], f"periodSeconds: {seconds + 1}", [{
        "at": [f"{probe}Probe"],
        "all": [{"at": ["httpGet", "path"], "equals": path}, {"at": ["httpGet", "port"], "equals": "{port}"},
                {"at": ["periodSeconds"], "equals": seconds}]}]  # fmt: skip


def draw_deployment(rng: Random) -> dict[str, Any]:
    """Draw a deployment, its container, and a setting of the container."""
    noun, other = draw_nouns(rng, 2)
    name, port = f"{noun.one}{pick(rng, '|-api|-web|-app|-worker')}", rng.choice((80, 3000, 5000, 8000, 8080, 9000))
    words, lines, slip, checks = draw_container(rng, rng.choice(("env", "from", "limits", "probe")), other.one)
    lines = [line.replace("{port}", str(port)) for line in lines]
    checks = json.loads(json.dumps(checks).replace('"{port}"', str(port)))
    spoilt = next(line for line in reversed(lines) if line.split(":")[0].strip(" -") == slip.split(":")[0].strip())
    return {
        "name": name, "replicas": rng.randrange(2, 9),
        "image": pick(rng, IMAGES).replace("«one»", noun.one).replace("«many»", noun.many), "port": port,
        "container": pick(rng, f"app|web|main|server|{noun.one}"), **draw_place(rng),
        "extra": words, "lines": "\n".join(f"          {line}" for line in lines), "line": spoilt.strip(" -"),
        "slip": slip.strip(), "checks": checks, "first": lines[0],
    }  # fmt: skip


def check_deployment(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for replicas, for a selector that fits the labels of the pods, and for the container."""
    at = [f"Deployment/{facts['name']}"]
    pod, labels = [*at, "spec", "template"], {"app": facts["name"]}
    box = [*pod, "spec", "containers", 0]
    return spec_check(
        "kubernetes", {"at": [], "length": 1}, {"at": [*at, "apiVersion"], "equals": "apps/v1"},
        {"at": [*at, "spec", "replicas"], "equals": facts["replicas"]}, expect_place(facts, at),
        {"at": [*at, "spec", "selector"], "equals": {"matchLabels": labels}},
        {"at": [*pod, "metadata", "labels"], "covers": labels}, {"at": [*pod, "spec", "containers"], "length": 1},
        {"at": box, "covers": {"name": facts["container"], "image": facts["image"]}},
        {"at": [*box, "ports", "*", "containerPort"], "equals": facts["port"]},
        *(check | {"at": [*box, *check["at"]]} for check in facts["checks"]),
    )  # fmt: skip


DEPLOYMENT = Template(
    id="deployment",
    ask=(
        "Write a Kubernetes Deployment `«name»`«in_space» with «replicas» replicas. Its pods have the label `app: «name»` and one container, `«container»`, from the image `«image»` with the container port «port». The container should «extra».",
        "I want «replicas» pods of `«image»` to run all the time«in_space». Give me the Deployment manifest: its name and the label `app` of its pods are both `«name»`, the container is called `«container»`, listens on «port» and must «extra».",
        "Kubernetes YAML, please. Kind: Deployment (apps/v1), `«name»`«in_space». Selector and pod label: `app: «name»`. Replicas: «replicas». Container `«container»`: image `«image»`, port «port»; it has to «extra».",
        "Please deploy `«image»` on Kubernetes: a container `«container»` that exposes port «port» and has to «extra», in a Deployment of «replicas» replicas«in_space» whose name is `«name»`. Label its pods `app: «name»`.",
    ),
    draw=draw_deployment,
    shapes=(
        Shape(name="block", code="""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: «name»«space_line»
            spec:
              replicas: «replicas»
              selector:
                matchLabels:
                  app: «name»
              template:
                metadata:
                  labels:
                    app: «name»
                spec:
                  containers:
                    - name: «container»
                      image: «image»
                      ports:
                        - containerPort: «port»
            «lines»
            """, mutants=(("apiVersion: apps/v1", "apiVersion: v1"),
                          ("  selector:\n    matchLabels:\n      app: «name»\n", ""),
                          ("      labels:\n        app: «name»", "      labels:\n        app: other"),
                          ("replicas: «replicas»", "replicas: 1"), ("containerPort: «port»", "hostPort: «port»"))),
        Shape(name="flow", code="""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: «name»«space_flow» }
            spec:
              replicas: «replicas»
              selector: { matchLabels: { app: «name» } }
              template:
                metadata: { labels: { app: «name» } }
                spec:
                  containers:
                    - name: «container»
                      image: "«image»"
            «lines»
                      ports: [{ containerPort: «port» }]
            """, mutants=(("selector: { matchLabels: { app: «name» } }", "selector: { app: «name» }"),
                          ("    metadata: { labels: { app: «name» } }\n", ""), ("kind: Deployment", "kind: Pod"),
                          ("containerPort: «port»", "port: «port»"), ("image: \"«image»\"", "image: nginx"))),
        Shape(name="template_first", code="""
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: «name»«space_line»
              labels:
                app: «name»
            spec:
              template:
                metadata:
                  labels: { app: «name» }
                spec:
                  containers:
                    - image: «image»
                      name: «container»
            «lines»
                      ports:
                        - name: main
                          containerPort: «port»
              selector:
                matchLabels: { app: «name» }
              replicas: «replicas»
            """, mutants=(("matchLabels: { app: «name» }", "matchLabels: { name: «name» }"),
                          ("replicas: «replicas»", "replicas: \"«replicas»\""), ("          name: «container»\n", ""),
                          ("      containers:\n", "      container:\n"))),
    ),
    mutants=(("«line»", "«slip»"), ("\n«lines»", ""), ("«no_space»", "namespace: default")),
    verifier=check_deployment,
)  # fmt: skip

CATEGORY = Category(name="fs_kubernetes_manifest", family="operations", templates=(CONFIG, SERVICE, DEPLOYMENT))
