/** Bytes to lines of text, without their ends. */
export class TextLineStream implements TransformStream<Uint8Array<ArrayBuffer>, string> {
  readonly readable: ReadableStream<string>;
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;

  constructor() {
    const decoder = new TextDecoderStream();
    let rest = "";
    this.writable = decoder.writable;
    this.readable = decoder.readable.pipeThrough(
      new TransformStream<string, string>({
        transform(piece, controller) {
          const lines = (rest + piece).split("\n");
          rest = lines.pop()!;
          for (const line of lines) controller.enqueue(line);
        },
      }),
    );
  }
}
