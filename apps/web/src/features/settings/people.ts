/** Users, tokens and sessions. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Session, Token, TokenCreated, User } from '@weir/shared/contract/auth'
import type { z } from 'zod'
import { http } from '../../lib/http.ts'

const collection = <T>(key: 'users' | 'tokens' | 'sessions') =>
  queryOptions({ queryKey: [key], queryFn: ({ signal }) => http.get<{ items: T[] }>(`/${key}`, undefined, signal) })

export const usersQuery = collection<z.infer<typeof User>>('users')
export const tokensQuery = collection<z.infer<typeof Token>>('tokens')
export const sessionsQuery = collection<z.infer<typeof Session>>('sessions')
export type CreatedToken = z.infer<typeof TokenCreated>

/** A request that changes one of the collections. */
export function useChange<T, R = unknown>(key: 'users' | 'tokens' | 'sessions', act: (input: T) => Promise<R>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: [key] }) })
}
