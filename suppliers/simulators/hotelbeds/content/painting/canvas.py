"""A canvas of 1200 by 800 units at any scale, with the few strokes the scenes are made of."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from suppliers.simulators.hotelbeds.content.painting.palette import Colour

WIDTH, HEIGHT = 1200, 800
Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Canvas:
    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.image = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), (255, 255, 255))
        self._pen = ImageDraw.Draw(self.image)

    def gradient(self, box: Box, stops: Sequence[Colour]) -> None:
        """Top to bottom, the colours at even distances."""
        left, top, right, bottom = self._box(box)
        if right <= left or bottom <= top:
            return
        strip = Image.new("RGB", (1, len(stops)))
        strip.putdata(list(stops))
        self.image.paste(strip.resize((right - left, bottom - top), Image.Resampling.BICUBIC), (left, top))

    def rectangle(self, box: Box, colour: Colour, *, radius: float = 0) -> None:
        scaled = self._box(box)
        if scaled[2] <= scaled[0] or scaled[3] <= scaled[1]:
            return
        self._pen.rounded_rectangle(scaled, radius * self.scale, fill=colour)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self._pen.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=colour)

    def ellipse(self, box: Box, colour: Colour) -> None:
        self._pen.ellipse(self._box(box), fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 2) -> None:
        scaled = [(x * self.scale, y * self.scale) for x, y in points]
        self._pen.line(scaled, fill=colour, width=max(1, round(width * self.scale)), joint="curve")

    def arc(self, box: Box, start: float, end: float, colour: Colour, *, width: float = 2) -> None:
        self._pen.arc(self._box(box), start, end, fill=colour, width=max(1, round(width * self.scale)))

    def veil(self, shape: Sequence[Point], colour: Colour, strength: float, *, blur: float = 0) -> None:
        """A see-through polygon: shadows, beams of light, reflections."""
        mask = Image.new("L", self.image.size, 0)
        scaled = [(x * self.scale, y * self.scale) for x, y in shape]
        ImageDraw.Draw(mask).polygon(scaled, fill=round(255 * strength))
        self._lay(mask, colour, blur)

    def haze(self, box: Box, colour: Colour, strength: float, *, blur: float = 0) -> None:
        """A see-through ellipse: clouds, shadows on the ground."""
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).ellipse(self._box(box), fill=round(255 * strength))
        self._lay(mask, colour, blur)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float = 0.6) -> None:
        """Light added around a point, fading to nothing at the radius."""
        size = max(2, round(radius * 2 * self.scale))
        fade = ImageChops.invert(Image.radial_gradient("L")).resize((size, size))
        fade = fade.point([max(0, round((level - 75) * 1.41 * strength)) for level in range(256)])
        left, top = round((centre[0] - radius) * self.scale), round((centre[1] - radius) * self.scale)
        self.image.paste(Image.new("RGB", (size, size), colour), (left, top), fade)
        self._pen = ImageDraw.Draw(self.image)

    def paste(self, other: "Canvas", box: Box, *, part: Box = (0, 0, WIDTH, HEIGHT)) -> None:
        """A part of another canvas, fitted into a box: the view from a window."""
        left, top, right, bottom = self._box(box)
        seen = other.image.crop(other._box(part))
        self.image.paste(seen.resize((right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))

    def _lay(self, mask: Image.Image, colour: Colour, blur: float) -> None:
        if blur:
            reduced = mask.reduce(4).filter(ImageFilter.GaussianBlur(blur * self.scale / 4))
            mask = reduced.resize(mask.size, Image.Resampling.BILINEAR)
        self.image.paste(colour, (0, 0, *self.image.size), mask)

    def _box(self, box: Box) -> tuple[int, int, int, int]:
        left, top, right, bottom = (round(edge * self.scale) for edge in box)
        return left, top, right, bottom
