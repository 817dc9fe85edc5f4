"""A benchmark that did not do its work has measured nothing: it says so and ends with 1."""


def check(condition: object, message: str) -> None:
    """Ends the benchmark where the condition does not hold. Unlike an assert it is not removed by -O."""
    if not condition:
        raise SystemExit(f"nothing was measured: {message}")
