// A proxy that puts a path of its own before a server's, and answers nothing but what lies below it.
import { createServer, request, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Proxy {
  /** What was asked for that does not lie below the path. */
  readonly strays: string[] = [];
  /** The address of the server behind it. */
  target = '';

  private constructor(
    readonly path: string,
    private readonly server: HttpServer,
  ) {}

  /** Listens on a free port. `takesAway` says whether it takes the path away before it passes a request on. */
  static async start(path: string, takesAway: boolean): Promise<Proxy> {
    const server = createServer((question, answer) => {
      const asked = question.url ?? '';
      if (asked !== path && !asked.startsWith(`${path}/`) && !asked.startsWith(`${path}?`)) {
        proxy.strays.push(asked);
        answer.writeHead(404).end();
        return;
      }
      const rest = takesAway ? asked.slice(path.length) : asked;
      const { method, headers } = question;
      const passed = request(proxy.target + (rest.startsWith('/') ? rest : `/${rest}`), { method, headers }, (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        // A stream without an event yet is open all the same.
        answer.flushHeaders();
        got.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      answer.on('close', () => passed.destroy());
      question.pipe(passed);
    });
    const proxy = new Proxy(path, server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return proxy;
  }

  /** `127.0.0.1:PORT`, as it stands in the address bar. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
