#!/usr/bin/env bash
# onnxruntime 1.24.1: after dynamic int8 quantisation the answer for an input depends on the others in
# its batch.
#
# Activations are quantised by the range of the whole batch. One bright input makes the steps coarse
# for all, so that an image judged alone and judged in a batch gets other logits. The network it was
# made of gives the same for both.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     the float network: 0.000 apart
#     the quantised network: 0.473 apart
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet onnx==1.20.1 onnxruntime==1.24.1 numpy==2.3.5
env/bin/python - <<'PY'
import logging

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import quantize_dynamic

logging.disable(logging.WARNING)
numbers = np.random.default_rng(0)
weights = numpy_helper.from_array(numbers.normal(size=(16, 10)).astype(np.float32), "w")
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["y"])],
    "layer",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 16])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 10])],
    [weights],
)
opsets = [helper.make_opsetid("", 17)]
onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), "float.onnx")
quantize_dynamic("float.onnx", "int8.onnx")
image = numbers.random((1, 16), dtype=np.float32)
batch = np.concatenate([image, np.full((1, 16), 50, np.float32)])


def distance(file):
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    alone, beside = (session.run(None, {"x": x})[0][0] for x in (image, batch))
    return float(np.abs(alone - beside).max())


plain, quantised = distance("float.onnx"), distance("int8.onnx")
print(f"the float network: {plain:.3f} apart")
print(f"the quantised network: {quantised:.3f} apart")
assert plain < 1e-5
assert quantised > 0.1, "batch mates do not matter by now"
PY
