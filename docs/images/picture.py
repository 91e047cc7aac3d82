"""A screenshot as a PNG with a palette: a quarter of the size, and no difference to the eye."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

# The browser decodes, and gives each pixel the nearest of 256 colours: the commonest ones, then
# those that are unlike all others, so that a small red word stays red.
INDEXED = """async (source) => {
  const image = await createImageBitmap(await (await fetch(source)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
  const far = ([r, g, b], [x, y, z]) => (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
  const palette = common.slice(0, 32).map(parts);
  const add = (colour, least) => {
    if (palette.length === 256) return;
    if (palette.every((one) => far(colour, one) > least)) palette.push(colour);
  };
  for (const least of [900, 250, 80, 0]) for (const colour of common) add(parts(colour), least);
  const nearest = (colour) => {
    const distances = palette.map((one) => far(parts(colour), one));
    return distances.indexOf(Math.min(...distances));
  };
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(colour)]));
  const indexed = Uint8Array.from(pixels, (pixel) => places.get(pixel));
  let text = "";
  for (let at = 0; at < indexed.length; at += 32768) {
    text += String.fromCharCode(...indexed.subarray(at, at + 32768));
  }
  return { width: image.width, height: image.height, palette: palette.flat(), pixels: btoa(text) };
}"""


def with_palette(blank: Any, screenshot: bytes) -> bytes:
    """The PNG again, with at most 256 colours; ``blank`` is a page to work in."""
    source = f"data:image/png;base64,{base64.b64encode(screenshot).decode()}"
    found = blank.evaluate(INDEXED, source)
    width, height = found["width"], found["height"]
    pixels = base64.b64decode(found["pixels"])
    lines = (pixels[at : at + width] for at in range(0, len(pixels), width))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", bytes(found["palette"])),
            chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines), 9)),
            chunk(b"IEND", b""),
        ]
    )


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG: its length, name, content and checksum."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )
