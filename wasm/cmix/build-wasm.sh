#!/bin/sh
# Builds the teacher as a standalone WebAssembly module: build-wasm.sh OUTPUT.wasm (Emscripten 3.1.6 gives the committed bytes).
# A model of --mem 256 needs about 260 MB; memory grows to at most 4 GB.
set -eu
output=$(realpath "$1")
cd "$(dirname "$0")"
# shellcheck disable=SC2046 # one word a line
exec em++ -O3 -msimd128 -std=c++20 -fno-exceptions -fno-rtti -ffp-contract=off -fno-math-errno -Wall -Wextra -Werror \
  $(cat sources.txt) src/wasm_api.cc -o "$output" \
  -sSTANDALONE_WASM --no-entry -sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=16MB -sTOTAL_STACK=256KB -sMAXIMUM_MEMORY=4GB
