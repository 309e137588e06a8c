// Pieces of pages as text.

/** What stands between two marks; the start included. */
export function between(text, start, end) {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  return from < 0 ? '' : text.slice(from, to < 0 ? undefined : to);
}

/** The text of a piece of a page. */
export function plain(html) {
  return decode(
    html
      .replace(/<annotation.*?<\/annotation>/gs, ' ')
      .replace(/<(?:svg|button)\b.*?<\/(?:svg|button)>/gs, ' ')
      .replace(/<\/?(?:code|a|em|strong|span|m[ion])\b[^>]*>/g, '')
      .replace(/<[^>]+>/g, ' '),
  )
    .replace(/\s+/g, ' ')
    .trim();
}

export function decode(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => named[name]);
}

export function escape(text) {
  return text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one]);
}

export function shortened(text, length) {
  return text.length <= length ? text : `${text.slice(0, text.lastIndexOf(' ', length - 1))}…`;
}
