"""Distils byte-level students from traces of a context-mixing teacher and exports them as integer ONNX
graphs.
"""
