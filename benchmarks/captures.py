"""A capture beside the pass that nobody could avoid, on any model."""

from benchmarks.measuring import in_turn

WARM = 5  # calls of each before the clock runs


def bare_pass(model, x, y):
    """A forward and a backward pass over probe data, traced."""
    import tensorflow as tf

    x, y = tf.constant(x), tf.constant(y)

    @tf.function
    def forward_and_backward(x, y):
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x, y, model(x, training=False))
        return loss, tape.gradient(loss, model.trainable_variables)

    def run():
        loss, gradients = forward_and_backward(x, y)
        return float(loss), [gradient.numpy() for gradient in gradients]

    return run


def capture_over_bare(model, x, y, rounds):
    """The `Ratio` of a capture, sketches included, to a bare pass over the same samples."""
    from kit.callbacks.data import ProbeData
    from kit.callbacks.gathering import Sketches
    from kit.callbacks.one_pass import Pass

    data = ProbeData.of(x, y)
    one_pass = Pass(model, data)

    def capture():
        total = Sketches(data.samples)
        for samples, found in one_pass.run(one_pass.state()):
            total.add(samples, found)
        return total.layers({}, None)

    bare = bare_pass(model, x, y)
    for _ in range(WARM):
        bare()
        capture()
    return in_turn(capture, bare, rounds)
