"""Load on the whole product: moderators at the stage, results in bursts, endpoints that receive; see `__main__.py`."""
