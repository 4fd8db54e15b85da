"""The one shader: rounded boxes, shadows, strokes, dots and text, all as quads.

Distances are signed distances to a rounded box (Inigo Quilez, "2D distance functions"), in world units;
`camera.z` makes device pixels of them for antialiasing. Text keeps its own pixels: its anchor is rounded to a whole
device pixel.
"""

from __future__ import annotations

Format = tuple[tuple[bytes, int, str], ...]
FLAT_FORMAT: Format = ((b"vAt", 2, "float"),)
FLAT_VERTEX = """
#ifdef GL_ES
precision highp float;
#endif
attribute vec2 vAt;
uniform vec4 camera;
uniform vec2 viewport;

void main(void) {
    vec2 at = vAt * camera.z + camera.xy;
    gl_Position = vec4(at.x / viewport.x * 2.0 - 1.0, 1.0 - at.y / viewport.y * 2.0, 0.0, 1.0);
}
"""
FLAT_FRAGMENT = """
#ifdef GL_ES
precision mediump float;
#endif
uniform vec4 ink;

void main(void) {
    gl_FragColor = ink;
}
"""
VERTEX_FORMAT: Format = ((b"vAt", 2, "float"), (b"vLocal", 2, "float"), (b"vHalf", 2, "float"), (b"vShape", 4, "float"),
                 (b"vPaint", 3, "float"))  # fmt: skip
FLOATS = 13

VERTEX = """
#ifdef GL_ES
precision highp float;
#endif
attribute vec2 vAt;
attribute vec2 vLocal;
attribute vec2 vHalf;
attribute vec4 vShape;
attribute vec3 vPaint;
uniform vec4 camera;    // offset x, offset y, scale, device pixels for one dp
uniform vec2 viewport;
varying vec2 local;
varying vec2 half_size;
varying vec4 shape;
varying vec4 fill;
varying vec4 stroke;

vec3 unpack(float colour) {
    float red = floor(colour / 65536.0);
    float green = floor((colour - red * 65536.0) / 256.0);
    return vec3(red, green, colour - red * 65536.0 - green * 256.0) / 255.0;
}

void main(void) {
    vec2 at = vAt * camera.z + camera.xy;
    if (vShape.w > 1.5 && vShape.w < 2.5)
        at = floor(at + 0.5) + vHalf * (camera.z / vShape.x);
    gl_Position = vec4(at.x / viewport.x * 2.0 - 1.0, 1.0 - at.y / viewport.y * 2.0, 0.0, 1.0);
    float stroke_alpha = floor(vPaint.z / 256.0);
    fill = vec4(unpack(vPaint.x), (vPaint.z - stroke_alpha * 256.0) / 255.0);
    stroke = vec4(unpack(vPaint.y), stroke_alpha / 255.0);
    local = vLocal;
    half_size = vHalf;
    shape = vShape;
}
"""

FRAGMENT = """
#ifdef GL_ES
precision highp float;
#endif
varying vec2 local;
varying vec2 half_size;
varying vec4 shape;
varying vec4 fill;
varying vec4 stroke;
uniform vec4 camera;
uniform sampler2D texture0;

float rounded(vec2 at, vec2 half_box, float radius) {
    vec2 q = abs(at) - half_box + radius;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

void main(void) {
    float kind = shape.w;
    if (kind < 0.5) {
        float d = rounded(local, half_size, shape.x) * camera.z;
        float width = shape.y < 0.0 ? -shape.y * camera.w : shape.y * camera.z;
        float inside = clamp(0.5 - d, 0.0, 1.0);
        float inner = clamp(0.5 - d - width, 0.0, 1.0);
        float a = mix(stroke.a, fill.a, inner);
        vec3 c = mix(stroke.rgb * stroke.a, fill.rgb * fill.a, inner) / max(a, 0.0001);
        gl_FragColor = vec4(c, a * inside);
    } else if (kind < 1.5) {
        float d = rounded(local, half_size, shape.x + shape.z * 0.5);
        float s = 1.0 - smoothstep(-shape.z * 0.6, shape.z, d);
        gl_FragColor = vec4(fill.rgb, fill.a * s * s);
    } else if (kind < 2.5) {
        gl_FragColor = vec4(fill.rgb, fill.a * texture2D(texture0, local).r);
    } else if (kind < 3.5) {
        float edge = clamp(0.5 - (abs(local.y) - half_size.y) * camera.z, 0.0, 1.0);
        if (shape.x > 0.0) {
            float period = shape.x + shape.y;
            float along = mod(local.x, period);
            edge *= clamp(0.5 + min(along, shape.x - along) * camera.z, 0.0, 1.0);
        }
        gl_FragColor = vec4(fill.rgb, fill.a * edge);
    } else {
        vec2 cell = mod(local + shape.x * 0.5, shape.x) - shape.x * 0.5;
        float dot_ = clamp(0.5 - (length(cell) - shape.y) * camera.z, 0.0, 1.0);
        gl_FragColor = vec4(fill.rgb, fill.a * dot_);
    }
}
"""
