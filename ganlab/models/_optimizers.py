"""Optimisers that Keras has, done faster on a CPU."""

import keras
import tensorflow as tf


class Adam(keras.optimizers.Adam):
    """Keras's Adam, same numbers and same state, through TensorFlow's fused kernel: one pass over memory
    for each variable instead of a dozen (Kingma and Ba, 2015, in the order of their section 2)."""

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        steps = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=tf.pow(self.beta_1, steps),
            beta2_power=tf.pow(self.beta_2, steps),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=tf.cast(self.beta_1, tf.float32),
            beta2=tf.cast(self.beta_2, tf.float32),
            epsilon=tf.cast(self.epsilon, tf.float32),
            grad=tf.cast(gradient, tf.float32),
        )


class RMSprop(keras.optimizers.RMSprop):
    """Keras's RMSprop without its extras (`momentum`, `centered`), same numbers and same state, through TensorFlow's
    fused kernel (Hinton, 2012, lecture 6e)."""

    def build(self, variables):
        if not self.built:
            super().build(variables)
            with tf.init_scope():  # the kernel wants room for a momentum, which nothing depends on where that is 0
                self._room = [tf.Variable(tf.zeros(variable.shape), trainable=False) for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyRMSProp(
            var=_handle(variable),
            ms=_handle(self._velocities[index]),
            mom=_handle(self._room[index]),
            lr=tf.cast(learning_rate, tf.float32),
            rho=tf.cast(self.rho, tf.float32),
            momentum=tf.constant(0.0),
            epsilon=tf.cast(self.epsilon, tf.float32),
            grad=tf.cast(gradient, tf.float32),
        )


def _handle(variable: keras.Variable | tf.Variable) -> tf.Tensor:
    return variable.value.handle if isinstance(variable, keras.Variable) else variable.handle


def warmed_cosine(rate: float, iterations: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up to `rate` in the first fiftieth of a training, then down to a hundredth of it along a cosine."""
    warm = max(1, iterations // 50)
    return keras.optimizers.schedules.CosineDecay(
        rate / 50, max(1, iterations - warm), alpha=0.01, warmup_target=rate, warmup_steps=warm
    )
