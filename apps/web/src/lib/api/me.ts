/** Who is signed in; the CSRF token comes along. */
import { queryOptions } from '@tanstack/react-query'
import type { Me, Role } from '@weir/shared/contract/auth'
import { http, setCsrfToken } from '../http.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await http.get<Me>('/me', undefined, signal)
    setCsrfToken(me.csrfToken)
    return me
  },
  staleTime: 5 * 60_000,
})

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }

/** May `role` do what needs at least `needed`? The API decides; this only spares people dead buttons. */
export const mayAs = (role: Role | undefined, needed: Role): boolean => role !== undefined && RANK[role] >= RANK[needed]
