"""Red in pictures: the colour of official seals."""

from PIL import Image, ImageChops


def red_mask(image: Image.Image) -> Image.Image:
    """A mask (mode L, 0 or 255) of the pixels in seal red, also where it is pale or under black ink."""
    red, green, blue = image.convert("RGB").split()
    other = ImageChops.lighter(green, blue)
    return ImageChops.subtract(red, other).point(lambda value: 255 if value > 45 else 0)


def is_red_picture(image: Image.Image) -> bool:
    """Whether nearly all the ink of a picture (transparent and white left aside) is seal red."""
    small = image.convert("RGBA")
    small.thumbnail((160, 160))
    flat = Image.new("RGBA", small.size, "white")
    flat.alpha_composite(small)
    picture = flat.convert("RGB")
    red = sum(1 for value in red_mask(picture).tobytes() if value)
    ink = sum(1 for value in picture.convert("L").tobytes() if value < 215)
    return red > 40 and red >= 0.7 * max(1, ink)
