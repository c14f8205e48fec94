"""Seeds for the tests."""

import keras


def set_seed(seed):
    """Set every seed; Keras before 3.13 keeps its global generator where it was, so clear it."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
