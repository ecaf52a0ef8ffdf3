/** Days of the week, Monday first. Apart from the schemas: query workers know these, and load no validation. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]
