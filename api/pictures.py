"""Pictures: QR codes as SVG."""

import io


def qr_code(text: str) -> str:
    """The text as a QR code, an SVG picture."""
    # Here, because loading it takes a tenth of a second, and few processes ever draw one.
    import segno

    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="svg", xmldecl=False, scale=8)
    return picture.getvalue().decode()
