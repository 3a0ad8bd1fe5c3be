"""Write and colour what is shown everywhere: glyphs, numbers and ages, text cut to cells. Pure: values in, text out."""
