"""Operations in steps: what each makes, of what, and what kind it is.

A step is one operation, or all those that one call of a function of ``keras.activations`` made. A
step bends if it is no linear function of what it is given; it is the heart of an activation if it
is there for nothing else. Steps that work element by element, all on what comes from one tensor,
form a group: GELU is one of six operations.

What a layer's product makes of the samples, x W, goes on to what adds or multiplies a variable to
it: x W + b is a product too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf

from kit.callbacks.calls import Call, FunctionCall, Key, Operations, key

__all__ = ["Group", "Step", "Steps"]


def _types(names: str) -> frozenset[str]:
    return frozenset(names.split())


HEARTS = _types(
    "Relu Relu6 Elu Selu LeakyRelu Tanh Sigmoid Softplus Softsign Softmax LogSoftmax Erf Erfc"
)
BENT = HEARTS | _types(
    "Abs Sign Square Sqrt Rsqrt Exp Expm1 Log Log1p Pow Maximum Minimum SelectV2 Select Greater "
    "GreaterEqual Less LessEqual ClipByValue Sin Cos Tan Sinh Cosh Atan Asinh Reciprocal Inv "
    "Xlogy Round Floor Ceil"
)
BY_ELEMENT = BENT | _types(
    "Neg Mul AddV2 Add Sub RealDiv Div DivNoNan Cast Identity IdentityN Equal NotEqual LogicalAnd "
    "LogicalOr LogicalNot StopGradient PreventGradient CheckNumerics"
)
TIMES = _types("Mul RealDiv Div DivNoNan Pow")
"""They bend where more than one factor depends on the samples."""

PRODUCTS = _types(
    "MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 Conv Conv2D Conv3D Conv2DBackpropInput "
    "Conv3DBackpropInputV2 DepthwiseConv2dNative Einsum BiasAdd SparseTensorDenseMatMul "
    "QuantizedMatMul _FusedMatMul"
)
MOVES = _types(
    "Identity IdentityN Reshape Transpose Squeeze ExpandDims Cast ConcatV2 StridedSlice Slice "
    "BatchToSpaceND BatchToSpace"
)
"""They put values elsewhere and change none."""

OF_NO_SAMPLES = _types("Const Shape ShapeN Size Rank ZerosLike OnesLike")
LOOPS = _types("While StatelessWhile")
CONDITIONS = _types("If StatelessIf Case StatelessCase")
CLOSED = _types("PartitionedCall StatefulPartitionedCall")
"""Functions of TensorFlow, which are one operation to those outside."""


@dataclass(eq=False)
class Step:
    """One step.

    Attributes
    ----------
    places
        Its operations' places in the graph.
    given
        What it makes something of: tensors from before it that depend on the samples.
    results
        What it makes that others may use.
    type
        Of its operation; "" for a function of ``keras.activations``.
    call
        Number of the innermost call that it was made in; -1 for none.
    function
        Name of the function of ``keras.activations``; "" for others.
    fixed
        Whether it is no function of the samples.
    reads
        Whether it is a function of variables.
    product
        Whether it is x W, or x W with what a variable adds to it or multiplies it by.
    applies_variable
        Whether it adds a variable to what it is given, or multiplies it by one.
    carried
        Whether it is x W, moved or multiplied at most.
    looped
        Whether it stands for one turn of a loop that TensorFlow makes one operation of.
    users
        Steps that are given its results.
    """

    places: range
    given: list[tf.Tensor]
    results: list[tf.Tensor]
    type: str = ""
    call: int = -1
    function: str = ""
    fixed: bool = False
    reads: bool = False
    product: bool = False
    applies_variable: bool = False
    carried: bool = False
    looped: bool = False
    users: list[Step] = field(default_factory=list, repr=False)

    @property
    def name(self) -> str:
        """What the function is called that it is, in Keras's words."""
        return self.function or self.type.lower()

    @property
    def is_heart(self) -> bool:
        """Whether it is there to be an activation, or the heart of one."""
        return not self.type or self.type in HEARTS

    @property
    def bends(self) -> bool:
        """Whether it is no linear function of what it is given."""
        times = self.type in TIMES and len(self.given) > 1
        return self.is_heart or self.type in BENT or times

    @property
    def by_element(self) -> bool:
        """Whether it works element by element, and is not part of a product."""
        return not self.product and not self.fixed and (not self.type or self.type in BY_ELEMENT)

    def users_of(self, result: tf.Tensor) -> list[Step]:
        """The steps that make something of a result; not those that ask for its shape, say."""
        mine = key(result)
        return [
            one for one in self.users if not one.fixed and any(key(t) == mine for t in one.given)
        ]


@dataclass
class Group:
    """Steps by element that all make something of one tensor, z, and nothing of others."""

    z: tf.Tensor
    steps: list[Step]

    def ways_out(self, outputs: set[Key]) -> list[tf.Tensor]:
        """The tensors that lead out of it: those among `outputs`, else those that others use."""
        mine = {id(step) for step in self.steps}
        found = [
            one
            for step in self.steps
            for one in step.results
            if key(one) in outputs or any(id(user) not in mine for user in step.users_of(one))
        ]
        return [one for one in found if key(one) in outputs] or found

    def bottleneck(self, ends: Sequence[tf.Tensor]) -> tf.Tensor | None:
        """The first tensor through which all that bends leads to the ends, or None."""
        last = max(place for place, step in enumerate(self.steps) if step.bends)
        for step in self.steps[last:]:
            others = [other for other in self.steps if other is not step]
            bent = {key(one) for other in others if other.bends for one in other.results}
            for other in others:
                if any(key(given) in bent for given in other.given):
                    bent.update(key(one) for one in other.results)
            if not any(key(end) in bent for end in ends):
                return step.results[0]
        return None


class Steps:
    """The steps of what was done while a model was called.

    Parameters
    ----------
    operations
        What was done, and no more yet.
    samples
        Tensors that the model was given.
    calls
        Of layers, in the order in which they began.
    functions
        Calls of functions of ``keras.activations``, in that order.
    """

    def __init__(
        self,
        operations: Operations,
        samples: Sequence[tf.Tensor],
        calls: Sequence[Call],
        functions: Sequence[FunctionCall],
    ) -> None:
        end = max((call.end for call in calls), default=0)
        self._operations = operations.get_operations()[:end]
        self._samples = {key(one) for one in samples}
        self._maker: dict[Key, Step] = {}
        self._uses = Counter(key(t) for one in self._operations for t in one.inputs)
        owner = [-1] * end
        for number, call in enumerate(calls):  # those inside of others come after them
            owner[call.begin : call.end] = [number] * (call.end - call.begin)
        self.of_calls: list[list[Step]] = [[] for _ in calls]
        begins = {one.begin: one for one in functions if one.begin < one.end <= end}
        place = 0
        while place < end:
            function = begins.get(place)
            after = place + 1 if function is None else function.end
            step = self._step(range(place, after), function, owner[place])
            if step.call >= 0:
                self.of_calls[step.call].append(step)
            place = after

    def inside(self, number: int) -> str:
        """What of a call's own has a graph of its own, in words; "" for nothing."""
        types = {step.type for step in self.of_calls[number]}
        if types & LOOPS:
            return "a loop"
        if types & CONDITIONS:
            return "a condition"
        return "a function of its own" if types & CLOSED else ""

    def is_product(self, tensor: tf.Tensor) -> bool:
        """Whether a tensor is x W, or x W + b."""
        maker = self.maker(tensor)
        return maker is not None and maker.product

    def is_looped(self, tensor: tf.Tensor) -> bool:
        """Whether a tensor stands for one turn of a loop."""
        maker = self.maker(tensor)
        return maker is not None and maker.looped

    def users(self, tensor: tf.Tensor) -> list[Step]:
        """The steps that make something of a tensor; not those that ask for its shape, say."""
        maker = self.maker(tensor)
        return [] if maker is None else maker.users_of(tensor)

    def maker(self, tensor: tf.Tensor) -> Step | None:
        """The step that made a tensor."""
        return self._maker.get(key(tensor))

    def _step(self, places: range, function: FunctionCall | None, call: int) -> Step:
        operations = [self._operations[place] for place in places]
        made = {key(t): t for one in operations for t in one.outputs}
        before = {key(t): t for one in operations for t in one.inputs if key(t) not in made}
        makers = [self._maker_of(one) for one in before.values()]
        pairs = zip(before.values(), makers, strict=True)
        given = [one for one, maker in pairs if not maker.fixed]
        if function is None:
            step = Step(places, given, list(made.values()), _type_of(operations[0]), call)
        else:
            step = Step(places, given, [function.output], "", call, function.name)
        step.reads = step.type == "ReadVariableOp" or any(maker.reads for maker in makers)
        step.looped = step.type == "PlaceholderWithDefault" or any(one.looped for one in makers)
        step.fixed = self._is_fixed(step, makers)
        self._tell_products(step, makers)
        self._maker.update(dict.fromkeys(made, step))
        for maker in {id(maker): maker for maker in makers}.values():
            maker.users.append(step)
        return step

    def _maker_of(self, tensor: tf.Tensor) -> Step:
        """The step that made a tensor; where none did, it came from outside.

        As a variable's value may, which TensorFlow reads within an operation that is executed.
        """
        if key(tensor) not in self._maker:
            fixed = not self._is_given(tensor)
            reads = fixed and tensor.shape.rank != 0
            outside = Step(range(0), [], [tensor], "outside", fixed=fixed, reads=reads)
            self._maker[key(tensor)] = outside
        return self._maker[key(tensor)]

    def _is_given(self, tensor: tf.Tensor) -> bool:
        return key(tensor) in self._samples

    def _is_fixed(self, step: Step, makers: Sequence[Step]) -> bool:
        if step.type in OF_NO_SAMPLES:
            return True
        if step.type == "Placeholder":
            return not self._is_given(step.results[0])
        chance = "Random" in step.type or step.type in CLOSED
        return not chance and all(made.fixed for made in makers)

    def _tell_products(self, step: Step, makers: Sequence[Step]) -> None:
        """Whether it is a product, of what was found of the steps before it in the same call."""
        variables = any(made.fixed and made.reads for made in makers)
        others = [made for made in makers if not made.fixed]
        carried = [made for made in others if made.carried and made.call == step.call]
        every = bool(carried) and len(carried) == len(others)
        if step.type in PRODUCTS:
            step.product = True
        elif step.type in CLOSED:  # Keras compiles some convolutions, and hands them the kernel
            step.product = variables and len(step.given) == 1
        elif step.type in ("AddV2", "Add"):  # x W + b, and x W + h U
            step.product = every and (variables or len(carried) > 1)
        elif step.type in ("Mul", "RealDiv") and carried:
            step.carried = len(carried) == 1
            # a scale that is trained, where x W is used for nothing else, as it is in a x σ(a x)
            alone = variables and every and self._uses[key(carried[0].results[0])] == 1
            step.product = alone and carried[0].product
        elif step.type in MOVES:
            step.carried = every
        step.carried = step.carried or step.product
        linear = step.type in ("AddV2", "Add", "Sub", "Mul", "RealDiv")
        step.applies_variable = linear and variables and len(step.given) == 1

    def groups(self, number: int) -> list[Group]:
        """The groups of a call's own steps.

        Where what comes from two tensors meets, as in a sum of two branches, that is a third.
        """
        origin: dict[Key, tf.Tensor] = {}
        found: dict[Key, Group] = {}
        for step in self.of_calls[number]:
            if not step.by_element:
                continue
            for k, result in enumerate(step.results):
                starts = [origin.get(key(one), one) for one in self._given_for(step, k)]
                if len({key(one) for one in starts}) == 1:
                    origin[key(result)] = starts[0]
            start = origin.get(key(step.results[0]))
            if start is not None:
                found.setdefault(key(start), Group(start, [])).steps.append(step)
        return list(found.values())

    def _given_for(self, step: Step, k: int) -> list[tf.Tensor]:
        """What a step makes its k-th result of: of several in a row each has its own."""
        if step.type != "IdentityN":
            return step.given
        mine = key(self._operations[step.places[0]].inputs[k])
        return [one for one in step.given if key(one) == mine]


def _type_of(operation: Any) -> str:
    """The type of an operation; a function that was called at once has its own name."""
    closed = operation.type.startswith("__inference_")
    return "PartitionedCall" if closed else str(operation.type)
