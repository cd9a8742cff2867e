"""The one exception for what a user can put right. It is printed as a message, never as a traceback."""


class BurnishError(Exception):
    """An input, a setting or a machine isn't as it must be.

    The message names the value, the place and the way out:
    `params.yaml: mix.sft weights sum to 1.2, not 1; lower one of: code, tools`.
    """
