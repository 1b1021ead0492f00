// What eyes make of colours: contrast by WCAG 2, difference by CIEDE2000, and sight with one kind of cone missing.
type Triple = [number, number, number];

/** Which cone is missing, if any. */
export type Sight = 'all cones' | 'protanopia' | 'deuteranopia' | 'tritanopia';

/** Machado, Oliveira and Fernandes 2009, at full severity; for linear sRGB. */
const MISSING: Record<Exclude<Sight, 'all cones'>, Triple[]> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

export const SIGHTS: Sight[] = ['all cones', 'protanopia', 'deuteranopia', 'tritanopia'];

/** `#rrggbb` as light. */
function linear(hex: string): Triple {
  const part = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex));
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** CIE L*a*b* of what a sight leaves of a colour. */
function lab(hex: string, sight: Sight): Triple {
  let light = linear(hex);
  if (sight !== 'all cones') {
    light = MISSING[sight].map((row) => Math.min(1, Math.max(0, dot(row, light)))) as Triple;
  }
  const bend = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : (value * 24389) / 27 / 116 + 16 / 116);
  const x = bend(dot([0.4124564, 0.3575761, 0.1804375], light) / 0.95047);
  const y = bend(dot([0.2126729, 0.7151522, 0.072175], light));
  const z = bend(dot([0.0193339, 0.119192, 0.9503041], light) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** How different two colours look: about 1 is just noticed side by side. */
export function difference(one: string, other: string, sight: Sight): number {
  const [lightA, a1, b1] = lab(one, sight);
  const [lightB, a2, b2] = lab(other, sight);
  const seventh = (chroma: number) => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));
  const stretch = 1.5 - 0.5 * seventh((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2);
  const [chromaA, chromaB] = [Math.hypot(stretch * a1, b1), Math.hypot(stretch * a2, b2)];
  const rad = Math.PI / 180;
  const hue = (a: number, b: number) => (Math.atan2(b, stretch * a) / rad + 360) % 360;
  const [hueA, hueB] = [hue(a1, b1), hue(a2, b2)];
  let turn = hueB - hueA;
  if (turn > 180) turn -= 360;
  if (turn < -180) turn += 360;
  let middle = (hueA + hueB) / 2;
  if (Math.abs(hueA - hueB) > 180) middle += middle < 180 ? 180 : -180;
  const chroma = (chromaA + chromaB) / 2;
  const off = ((lightA + lightB) / 2 - 50) ** 2;
  const weight =
    1 -
    0.17 * Math.cos(rad * (middle - 30)) +
    0.24 * Math.cos(rad * 2 * middle) +
    0.32 * Math.cos(rad * (3 * middle + 6)) -
    0.2 * Math.cos(rad * (4 * middle - 63));
  const lightness = (lightB - lightA) / (1 + (0.015 * off) / Math.sqrt(20 + off));
  const colour = (chromaB - chromaA) / (1 + 0.045 * chroma);
  const tone = (2 * Math.sqrt(chromaA * chromaB) * Math.sin((rad * turn) / 2)) / (1 + 0.015 * chroma * weight);
  const rotation = -2 * seventh(chroma) * Math.sin(rad * 60 * Math.exp(-(((middle - 275) / 25) ** 2)));
  return Math.sqrt(lightness ** 2 + colour ** 2 + tone ** 2 + rotation * colour * tone);
}
