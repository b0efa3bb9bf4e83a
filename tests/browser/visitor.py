"""A visitor in a real browser, who notes everything that a good page would not do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

WIDE, NARROW = 1280, 360
HEIGHT = 800

# Every image that has a box on the page must have arrived, and every one from a <picture> must
# offer the young formats. Images further down are lazy, so each is brought into sight first.
_IMAGES = """async () => {
  const wrong = [];
  for (const image of document.images) {
    image.scrollIntoView();
    image.loading = "eager";
    if (!image.complete)
      await new Promise((done) => { image.onload = image.onerror = done; setTimeout(done, 8000); });
    if (!image.naturalWidth) wrong.push(`${image.currentSrc || image.src} did not load`);
    const picture = image.closest("picture");
    if (!picture) continue;
    const types = [...picture.querySelectorAll("source")].map((source) => source.type);
    for (const type of ["image/avif", "image/webp"])
      if (!types.includes(type)) wrong.push(`${image.src} has no ${type}`);
  }
  scrollTo(0, 0);
  return wrong;
}"""


@dataclass
class Visitor:
    """One browser with cookies of its own, at one site; `problems` are what it noted."""

    address: str
    page: Page
    problems: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def open(self, path: str) -> Response:
        """Go to an address of the site and return the page's own answer."""
        response = self.page.goto(urljoin(self.address, path))
        assert response is not None
        return response

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def cookies(self) -> list[str]:
        return [cookie["name"] for cookie in self.page.context.cookies()]

    def check_accessibility(self) -> list[str]:
        """What axe finds wrong with the page as it is now. Needs JavaScript."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']}: {node['target']} {' '.join(node['failureSummary'].split())}"
            for rule in found
            for node in rule["nodes"][:3]
        ]

    def check_images(self) -> list[str]:
        """Images that did not arrive, or that come in old formats alone. Needs JavaScript."""
        return self.page.evaluate(_IMAGES)

    def check_width(self) -> list[str]:
        """Whether the page is wider than the window. Needs JavaScript."""
        width, room = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        return [f"the page is {width} px wide in a window of {room}"] if width > room else []


def send_visitor(browser: Browser, address: str, **options: Any) -> Visitor:
    """Open a browser window of its own; `options` are those of a Playwright context."""
    options = {"viewport": {"width": WIDE, "height": HEIGHT}} | options
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    visitor = Visitor(address, context.new_page())
    visitor.page.on("console", lambda message: _note_message(visitor, message))
    visitor.page.on("pageerror", lambda error: _note_error(visitor, str(error)))
    visitor.page.on("request", lambda request: _note_request(visitor, request))
    visitor.page.on("response", lambda response: _note_response(visitor, response))
    return visitor


def _note_message(visitor: Visitor, message: ConsoleMessage) -> None:
    # A browser also says here that a page is an error page. That is no fault of the page.
    is_status = message.text.startswith("Failed to load resource")
    if message.type in {"error", "warning"} and not is_status:
        _note_error(visitor, message.text)


def _note_error(visitor: Visitor, text: str) -> None:
    if not visitor.path.startswith("/admin/"):  # the admin's scripts are not ours to answer for
        visitor.problems.append(f"script: {text}")


def _note_request(visitor: Visitor, request: Request) -> None:
    visitor.asked.append(request)
    url = urlsplit(request.url)
    if url.scheme in {"http", "https"} and url.netloc != urlsplit(visitor.address).netloc:
        visitor.problems.append(f"asks another host: {request.url}")


def _note_response(visitor: Visitor, response: Response) -> None:
    is_page = response.request.is_navigation_request() or response.request.resource_type == "fetch"
    if response.status >= 400 and not is_page:
        visitor.problems.append(f"{response.status}: {response.url}")


def describe(problems: list[str]) -> str:
    return json.dumps(problems, indent=1, ensure_ascii=False)
