"""The suite of the README's session: one test depends on an event that may be late."""

import os
import threading

# The first attempt looks before the payment has arrived, so that the session is the same each time.
LATE = os.environ.get("STEADY_ATTEMPT") == "1"


class Order:
    def __init__(self):
        self.status = "new"
        self.gate = threading.Event()
        self.payment = threading.Thread(target=self._receive, daemon=True)
        self.payment.start()

    def _receive(self):
        self.gate.wait()
        self.status = "paid"


def test_order_starts_new():
    assert Order().status == "new"


def test_paid_order():
    order = Order()
    if not LATE:
        order.gate.set()
        order.payment.join()
    assert order.status == "paid"


def test_order_total():
    assert 3 * 7 == 21
