"""Reading the weights of an ONNX file, which this program or another one has written."""

from pathlib import Path

from lenet_desktop.export.optional_packages import MissingPackageError, importing_optional
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.tensor_files import (
    DTYPES,
    TensorFile,
    file_content,
    file_of_views,
    unreadable,
)
from lenet_desktop.text.language import _

SUFFIX = ".onnx"
_LAYERS = ("Conv", "Gemm")
_DTYPES = {str(kind).removeprefix("torch."): name for name, kind in DTYPES.items()}
"""The names of `DTYPES` by NumPy's."""


def open_onnx(path: Path) -> TensorFile:
    """Return the weights of an ONNX file's layers by their names, and the texts beside them.

    What its graph computes with them is not read: a file of this program says that in its texts,
    and of others it is found out. Nothing is read from any other file.

    Raises:
        CheckpointError: there is none, it is damaged, or the package onnx is not there.
    """
    content = file_content(path)
    try:
        with importing_optional("onnx", _("Opening an ONNX file")):
            from google.protobuf.message import DecodeError
            from onnx import ModelProto, TensorProto, numpy_helper
    except MissingPackageError as error:
        raise CheckpointError(str(error)) from error
    views = {}
    try:
        model = ModelProto.FromString(content)
        layers = (node for node in model.graph.node if node.op_type in _LAYERS)
        names = {name for layer in layers for name in layer.input}
        for constant in model.graph.initializer:
            if constant.name not in names:
                continue
            if constant.data_location == TensorProto.EXTERNAL:
                raise unreadable(path, _("its weights are in another file"))
            array = numpy_helper.to_array(constant)
            kind = _DTYPES.get(array.dtype.name, array.dtype.name)
            data = bytearray(array.tobytes())
            views[constant.name] = {"dtype": kind, "shape": array.shape, "data": data}
        texts = {each.key: each.value for each in model.metadata_props}
    except (DecodeError, LookupError, TypeError, ValueError) as error:
        raise unreadable(path, _("it is no ONNX file, or damaged")) from error
    if "epoch" in texts:
        texts["epochs_done"] = texts["epoch"]
    return file_of_views(path, views, texts)
