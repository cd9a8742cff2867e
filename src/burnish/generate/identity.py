"""Cases of identity: passwords, sessions, tokens, sign-in with another service, roles."""

from burnish import stage
from burnish.generate import fs_password_hashing, fs_role_permissions
from burnish.generate.cases import stage_run

CATEGORIES = (fs_password_hashing.CATEGORY, fs_role_permissions.CATEGORY)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
