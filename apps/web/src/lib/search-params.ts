/**
 * Reading the address bar: what does not fit is dropped, never an error page.
 *
 * Each page's reader names every key, those that are not set as undefined: a key that it left out would come as it stands in the
 * address, since the router lays what is read over what is there.
 */

export type RawSearch = Readonly<Record<string, unknown>>

export const textParam = (search: RawSearch, key: string): string | undefined => {
  const value = search[key]
  return (typeof value === 'string' || typeof value === 'number') && value !== '' ? String(value) : undefined
}

export const integerParam = (search: RawSearch, key: string): number | undefined => {
  const value = Number(search[key])
  return search[key] !== '' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

export const flagParam = (search: RawSearch, key: string): boolean | undefined =>
  search[key] === true || search[key] === 'true'
    ? true
    : search[key] === false || search[key] === 'false'
      ? false
      : undefined

export const oneOfParam = <T extends string>(search: RawSearch, key: string, values: readonly T[]): T | undefined =>
  values.find((value) => value === search[key])
