/**
 * The certificate that DoT and DoH show: read from two PEM files, and again when one of them has changed (as after a
 * renewal). What cannot be read leaves the one before in use.
 */
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { getBuiltinModule } from 'node:process'
import type { SecureContext } from 'node:tls'
import { fail, ok, type Result } from '@weir/shared/result'

export interface CertificateFiles {
  /** PEM, the server's own certificate first, then those that lead to a known authority. */
  readonly certificate: string
  readonly key: string
}

/** RFC 8310 §8, RFC 9325 §3.1.1. */
export const MIN_TLS_VERSION = 'TLSv1.2'

export class Certificate {
  readonly #files: CertificateFiles
  #context!: SecureContext
  #pem!: { readonly cert: string; readonly key: string }
  #names: readonly string[] = []
  #stamp = ''
  /** Why the newest files are not in use; null: they are. */
  fault: string | null = null

  private constructor(files: CertificateFiles) {
    this.#files = files
  }

  /** @returns what is wrong with the files, in one line that names the setting */
  static open(files: CertificateFiles): Result<Certificate, string> {
    const certificate = new Certificate(files)
    certificate.refresh()
    return certificate.fault === null ? ok(certificate) : fail(certificate.fault)
  }

  /** Its DNS names, lower case; those with a wildcard name no resolver. */
  get plainNames(): readonly string[] {
    return this.#names.filter((name) => !name.startsWith('*'))
  }

  get context(): SecureContext {
    return this.#context
  }

  get pem(): { readonly cert: string; readonly key: string } {
    return this.#pem
  }

  /** @returns whether another certificate is in use now. Cheap while the files stay as they are. */
  refresh(): boolean {
    try {
      const stamp = [this.#files.certificate, this.#files.key].map(stampOf).join(' ')
      if (stamp === this.#stamp) return false
      const cert = readFileSync(this.#files.certificate, 'utf8')
      const key = readFileSync(this.#files.key, 'utf8')
      // Throws where they do not belong together.
      const context = getBuiltinModule('node:tls').createSecureContext({ cert, key, minVersion: MIN_TLS_VERSION })
      this.#names = namesOf(new X509Certificate(cert))
      this.#context = context
      this.#pem = { cert, key }
      this.#stamp = stamp
      this.fault = null
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.fault = `the certificate cannot be used: ${reason} (WEIR_TLS_CERT, WEIR_TLS_KEY)`
      return false
    }
  }

  /**
   * The client id in the server name that a client asked for: the label in front of one of the certificate's names.
   * @param serverName as in TLS's server_name extension; empty: none
   */
  labelBefore(serverName: string): string {
    const name = serverName.toLowerCase()
    const dot = name.indexOf('.')
    if (dot <= 0 || this.#names.includes(name)) return ''
    const rest = name.slice(dot + 1)
    return this.#names.includes(rest) || this.#names.includes(`*.${rest}`) ? name.slice(0, dot) : ''
  }
}

/** Renewals write new files, or point a link elsewhere. */
function stampOf(path: string): string {
  const { mtimeMs, ino, size } = statSync(path)
  return `${ino} ${size} ${mtimeMs}`
}

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName.split(', ').flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4).toLowerCase()] : []))
