/**
 * The messages between a custom widget and Grist, as its plugin API defines them: calls with a number, answers with the same
 * number, and notices. Written here because no script of another host is loaded; what the API has besides is not needed.
 */

/** The kinds of messages. */
const CALL = 1;
const ANSWER = 2;
const REFUSAL = 3;
const NOTICE = 4;
const READY = 5;

/** Milliseconds after which a call without an answer has failed. */
const TIMEOUT_MS = 60_000;

interface Message {
  mtype: number;
  reqId?: number;
  data?: unknown;
  mesg?: string;
}

interface Waiting {
  resolve: (data: unknown) => void;
  reject: (fault: Error) => void;
}

/** What Grist tells a widget: the table and rights it has, and what changed. */
export interface Notice {
  tableId?: string;
  dataChange?: boolean;
  mappingsChange?: boolean;
  settings?: { accessLevel?: string };
  fromReady?: boolean;
}

export class GristRpc {
  private readonly waiting = new Map<number, Waiting>();
  private next = 1;

  /** Speaks with the page around this one; `onNotice` receives what Grist tells. */
  constructor(
    private readonly grist: Window,
    onNotice: (notice: Notice) => void,
  ) {
    addEventListener("message", ({ source, data }: MessageEvent<Message | null>) => {
      // Nobody else: the policy of this page lets only the operator's sites be around it.
      if (source !== grist || typeof data !== "object" || data === null) return;
      if (data.mtype === NOTICE && typeof data.data === "object" && data.data !== null)
        onNotice(data.data as Notice);
      else if (data.mtype === ANSWER || data.mtype === REFUSAL) this.settle(data);
      else if (data.mtype === CALL) this.refuse(data);
    });
  }

  /** Says that the widget listens. */
  ready(): void {
    this.send({ mtype: READY });
  }

  /** Tells Grist something that it does not answer. */
  tell(data: unknown): void {
    this.send({ mtype: NOTICE, data });
  }

  /** Calls a method of an interface: `GristView.fetchSelectedTable`, or one of the document. */
  call<T>(iface: string, meth: string, args: unknown[], mdest?: string): Promise<T> {
    const reqId = this.next++;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(reqId);
        reject(new Error("timeout"));
      }, TIMEOUT_MS);
      const settled =
        <V>(end: (value: V) => void) =>
        (value: V) => {
          clearTimeout(timer);
          end(value);
        };
      this.waiting.set(reqId, {
        resolve: settled((data) => resolve(data as T)),
        reject: settled(reject),
      });
      this.send({ mtype: CALL, reqId, iface, meth, args, ...(mdest && { mdest }) });
    });
  }

  private settle({ mtype, reqId = 0, data, mesg }: Message): void {
    const call = this.waiting.get(reqId);
    this.waiting.delete(reqId);
    if (mtype === ANSWER) call?.resolve(data);
    else call?.reject(new Error(mesg ?? "refused"));
  }

  /** Nothing here can be called. */
  private refuse({ reqId }: Message): void {
    if (reqId !== undefined) this.send({ mtype: REFUSAL, reqId, mesg: "Unknown interface" });
  }

  private send(message: object): void {
    this.grist.postMessage(message, "*");
  }
}
