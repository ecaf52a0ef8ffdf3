import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** sun_path holds 108 octets with its final NUL on Linux, 104 on macOS. */
const MAX_SOCKET_PATH_OCTETS = 100

/** Where the resolver's control socket lies: in the data folder, or under the temporary folder where that path is too long. */
export function controlSocketPath(dataDir: string): string {
  const inDataDir = join(resolve(dataDir), 'resolver.sock')
  if (Buffer.byteLength(inDataDir) <= MAX_SOCKET_PATH_OCTETS) return inDataDir
  const digest = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 24)
  return join(tmpdir(), `weir-${digest}.sock`)
}
