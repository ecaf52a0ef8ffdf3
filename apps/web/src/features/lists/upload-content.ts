/** Uploads the content of a list as it lies on the disk: XMLHttpRequest, since fetch tells no progress of what it sends. */
import type { ListUpdateResult } from '@weir/shared/contract/lists'
import type { Problem } from '@weir/shared/contract/problem'
import { ApiError } from '../../lib/api-error.ts'
import { apiUrl, csrfHeaders } from '../../lib/http.ts'

/**
 * @param onProgress told the part that is sent, 0…1; after 1 the server reads and compiles
 * @throws ApiError
 */
export function uploadContent(id: number, file: File, onProgress: (share: number) => void): Promise<ListUpdateResult> {
  const path = `/lists/${id}/content`
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', apiUrl(path))
    request.responseType = 'json'
    request.setRequestHeader('content-type', file.name.endsWith('.gz') ? 'application/gzip' : 'text/plain')
    for (const [name, value] of Object.entries(csrfHeaders())) request.setRequestHeader(name, value)
    request.upload.addEventListener(
      'progress',
      (event) => event.lengthComputable && onProgress(event.loaded / event.total),
    )
    request.addEventListener('load', () => {
      const problem = request.response as Partial<Problem> | null
      if (request.status < 300) resolve(request.response as ListUpdateResult)
      else reject(new ApiError(`PUT ${path}`, { ...problem, status: request.status }))
    })
    request.addEventListener('error', () =>
      reject(new ApiError(`PUT ${path}`, { status: 0, title: 'The upload was cut off' })),
    )
    request.send(file)
  })
}
