"""A network as ONNX, which runs without PyTorch and without this program.

The graph is written node by node instead of by `torch.onnx.export`: of its two exporters the older
is deprecated and the newer needs onnxscript, and both write other graphs with every other PyTorch.
A dozen plain layers need nothing but the package onnx. They are read from the network that PyTorch
itself runs, so there is no second description of a network to keep true.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lenet_desktop import __version__
from lenet_desktop.export.optional_packages import importing_optional
from lenet_desktop.networks.catalogue import NETWORKS
from lenet_desktop.networks.computation import UNIT, PixelScale
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.text.language import _

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, ValueInfoProto
    from torch import nn

Weights = npt.NDArray[np.float32]

FORMAT = "LeNet Desktop ONNX model"
OPSET = 13
"""The operators as they were in 2020, which every runtime since then knows."""
IR_VERSION = 7
"""The file format of then; by default onnx writes its newest, which older runtimes refuse."""

_PROGRAM = "LeNet Desktop"
_COLOURS = "Red, green and blue, values 0-1; the graph itself normalises them where needed."
_INPUT = "Grey images, values 0-1, bright on black; the graph itself normalises them where needed."


def onnx_bytes(snapshot: Snapshot) -> bytes:
    """Return the network of a snapshot as an ONNX file.

    Its input is `image`, float32 (N, channels, side, side) with values 0-1, for any N. Its outputs
    are `logits` and `probabilities`, float32 (N, classes), in the order of the class names.
    Normalising, if the configuration asks for it, is part of the graph; dropout never is. The texts
    in its metadata are `format`, `program_version`, `epoch`, and as JSON `config`, `class_names`,
    `learned_from` and `preparation`, see `usage_texts`. The same snapshot gives the same bytes.

    Raises:
        MissingPackageError: the package onnx is not there or does not work.
    """
    with importing_optional("onnx", _("Saving as ONNX")):
        from onnx import checker, helper

    model = helper.make_model(
        _graph(snapshot),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name=_PROGRAM,
        producer_version=__version__,
    )
    from lenet_desktop.networks.inputs import usage_texts

    usage = usage_texts(snapshot.config)
    del usage["preprocessing"]  # which is part of the graph
    texts = {
        "format": FORMAT,
        "program_version": __version__,
        "epoch": str(snapshot.epoch),
        "config": json.dumps(snapshot.config.to_dict()),
        **usage,
    }
    helper.set_model_props(model, texts)
    checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _graph(snapshot: Snapshot) -> GraphProto:
    from onnx import helper, numpy_helper

    from lenet_desktop.networks.layers import Dropout, Rescale

    data = snapshot.config.data
    classes = (len(data.class_names),)
    nodes, constants = _normalisation(snapshot)
    constants |= snapshot.weights
    for name, layer in snapshot.build().named_children():
        if isinstance(layer, Rescale | Dropout):
            continue  # the one is among the nodes already, the other is for learning only
        operator, attributes = _operator(layer)
        source = nodes[-1].output[0] if nodes else "image"
        weights = [f"{name}.{weight}" for weight, _other in layer.named_parameters()]
        nodes.append(helper.make_node(operator, [source, *weights], [name], name, **attributes))
    nodes[-1].output[0] = "logits"
    nodes.append(helper.make_node("Softmax", ["logits"], ["probabilities"], "softmax", axis=1))
    return helper.make_graph(
        nodes,
        NETWORKS[snapshot.config.network].name,
        [_value("image", data.shape, _COLOURS if data.channels > 1 else _INPUT)],
        [
            _value("logits", classes, "A number for each class; the largest is the answer."),
            _value("probabilities", classes, "The softmax of the logits; they add up to 1."),
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )


def _normalisation(snapshot: Snapshot) -> tuple[list[NodeProto], dict[str, Weights]]:
    """Return the nodes and constants that rescale values 0-1 for the network; maybe none."""
    from onnx import helper

    data, scale = snapshot.config.data, snapshot.scale
    if snapshot.config.normalise:
        scale = PixelScale(data.mean, data.std)
    if scale == UNIT:
        return [], {}
    nodes = [
        helper.make_node("Sub", ["image", "pixel_mean"], ["centred"], "centre"),
        helper.make_node("Div", ["centred", "pixel_std"], ["normalised"], "normalise"),
    ]
    return nodes, {
        "pixel_mean": np.array(scale.mean, np.float32),
        "pixel_std": np.array(scale.std, np.float32),
    }


def _operator(layer: nn.Module) -> tuple[str, dict[str, Any]]:
    """Return the operator that computes what a layer does, with its attributes."""
    from torch import nn

    match layer:
        case nn.Conv2d():
            return "Conv", {"pads": [*layer.padding] * 2, "strides": [*layer.stride]}
        case nn.Linear():
            return "Gemm", {"transB": 1}
        case nn.AvgPool2d():
            return "AveragePool", _window(layer)
        case nn.MaxPool2d():
            return "MaxPool", _window(layer)
        case nn.Flatten():
            return "Flatten", {"axis": layer.start_dim}
        case nn.Sigmoid():
            return "Sigmoid", {}
        case nn.ReLU():
            return "Relu", {}
        case nn.Tanh():
            return "Tanh", {}
        case _:
            raise TypeError(f"There is no ONNX operator for {type(layer).__name__}.")


def _window(layer: nn.AvgPool2d | nn.MaxPool2d) -> dict[str, Any]:
    return {"kernel_shape": [layer.kernel_size] * 2, "strides": [layer.stride] * 2}


def _value(name: str, shape: tuple[int, ...], doc: str) -> ValueInfoProto:
    """Describe an input or output, float32 (N, *shape)."""
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ("N", *shape), doc)
