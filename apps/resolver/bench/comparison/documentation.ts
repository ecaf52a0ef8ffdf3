/** Puts figures into a page between two comments, so that taking them needs no editing by hand. */
import { readFileSync, writeFileSync } from 'node:fs'

/** @param part name in the comments `<!-- figures: part -->` … `<!-- end: part -->` @throws Error when the page has no such pair */
export function replaceFigures(page: string, part: string, figures: string): void {
  const text = readFileSync(page, 'utf8')
  const opening = `<!-- figures: ${part} -->`
  const start = text.indexOf(opening)
  const end = text.indexOf(`<!-- end: ${part} -->`, start)
  if (start < 0 || end < 0) throw new Error(`${page} has no place for the figures of '${part}'`)
  writeFileSync(page, `${text.slice(0, start + opening.length)}\n\n${figures.trim()}\n\n${text.slice(end)}`)
}
