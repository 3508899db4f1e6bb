/**
 * Puts `content` between `<!-- name -->` and `<!-- /name -->`. Returns undefined where the text
 * holds no such pair of markers.
 */
export function fillMarked(text: string, name: string, content: string): string | undefined {
  const open = `<!-- ${name} -->`;
  const close = `<!-- /${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) return undefined;
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}
