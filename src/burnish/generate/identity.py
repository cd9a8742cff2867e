"""Cases of identity: passwords, sessions, tokens, sign-in with another service, roles."""

from burnish import stage
from burnish.generate import (
    fs_csrf_token,
    fs_jwt_claims,
    fs_oauth_callback,
    fs_password_hashing,
    fs_role_permissions,
    fs_session_cookie,
)
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_csrf_token.CATEGORY, fs_jwt_claims.CATEGORY, fs_oauth_callback.CATEGORY, fs_password_hashing.CATEGORY,
    fs_role_permissions.CATEGORY, fs_session_cookie.CATEGORY,
)  # fmt: skip

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
