/** Starting a session, and the first run. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { http } from '../../lib/http.ts'

export const setUpQuery = queryOptions({
  queryKey: ['set-up'],
  queryFn: ({ signal }) => http.get<{ needed: boolean }>('/set-up', undefined, signal),
  staleTime: 0,
})

/** Forgets what the cache held for nobody, or for somebody else. */
function useStart<Body>(path: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Body) => http.post<unknown>(path, body),
    onSuccess: () => client.clear(),
  })
}

export const useSignIn = () => useStart<{ name: string; password: string }>('/session')
export const useSetUp = () => useStart<{ code: string; password: string }>('/set-up')
