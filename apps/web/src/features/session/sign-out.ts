/** Ending the session. */
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { http, setCsrfToken } from '../../lib/http.ts'

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    // Even when the API does not answer, this browser forgets what it knew.
    await http.delete('/session').catch(() => undefined)
    setCsrfToken(null)
    await navigate({ to: '/sign-in' })
    client.clear()
  }
}
