import type { Admin } from "./admin";
import { byId, setText } from "./element";

/** Asks for the token that the server wants. */
export class TokenForm {
  private readonly section = byId("token");
  private readonly value = byId<HTMLInputElement>("token-value");

  constructor(
    private readonly admin: Admin,
    private readonly given: () => void,
  ) {
    byId("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
  }

  get isOpen(): boolean {
    return !this.section.hidden;
  }

  /** What was shown so far, if anything, was refused. */
  open(): void {
    const refused = this.admin.token !== null;
    this.admin.token = null;
    setText(byId("token-refused"), refused ? "The server does not take this token." : "");
    this.section.hidden = false;
    this.value.value = "";
    this.value.focus();
  }

  private take(): void {
    this.admin.token = this.value.value.trim();
    this.section.hidden = true;
    this.given();
  }
}
