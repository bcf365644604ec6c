"""The science: data, model, training and predictions. No Qt, usable in a notebook or over SSH."""
