"""Parts that the reference servers of several templates have in common: how they answer and how they start."""

REPLY = """
            def reply(self, status, value=None):
                data = b"" if value is None else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
""".strip("\n")
SERVE = """
            def log_message(self, *args):
                pass

        HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
""".lstrip("\n")
QUIET = """
        class Quiet(WSGIRequestHandler):
            def log_message(self, *args): pass
""".strip("\n")
