type Given<Patch> = { readonly [Field in keyof Patch]?: Exclude<Patch[Field], undefined> }

/** The fields that a patch gives: a key that is there without a value must not overwrite. */
export const givenFields = <Patch extends object>(patch: Patch): Given<Patch> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Given<Patch>
