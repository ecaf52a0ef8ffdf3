import { DgramListener } from './udp-dgram.ts'
import { describeUdpListener } from './udp-listener.contract.ts'

describeUdpListener('DgramListener', (options) => new DgramListener(options))
