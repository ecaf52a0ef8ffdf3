/** How a call to the resolver can fail. */
export interface ResolverFault {
  /** `unreachable`: nobody listens; `timeout`: no answer in time; `refused`: it answered with an error status. */
  readonly code: 'unreachable' | 'timeout' | 'refused'
  readonly status: number
  readonly detail: string
}
