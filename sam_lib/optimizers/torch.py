"""SAM as a PyTorch optimizer around another one; needs ``sam-lib[torch]``.

The direction of the gradient is computed as one: divided by its largest entry first, in at least
single precision. So nothing is added to a norm to make a division safe, and neither a gradient of
1e-30 nor one of 1e30 changes what a step does.
"""

import torch

from sam_lib import checks
from sam_lib.optimizers import KINDS, NORMS


class SAM(torch.optim.Optimizer):
    r"""Sharpness-aware minimization: perturb, take the gradient there, let ``base`` step.

    With ``g`` the gradient over all groups, and ``u = g / max|g|``,

    - ``p = 2``: ``eps = rho u / ||u||_2``; ``p = inf``: ``rho sign(g)``; ``p = 1``: all of ``rho``
      on the largest entries, in equal parts;
    - ``adaptive``: ``u = |w| g`` instead, and ``eps`` is multiplied by ``|w|``;
    - ``kind="unnormalized"``: ``eps = rho g``; ``kind="margin"``: ``rho`` times the gradient of
      the loss over the mean of ``-l'``, the number that the closure returns beside the loss.

    Parameters
    ----------
    params : iterable
        Parameters or groups; a group may have its own ``rho``, and ``rho = 0`` leaves it in place.
        The norm is over all groups.
    base : callable
        ``base(param_groups) -> Optimizer`` that takes the step, such as
        ``lambda params: torch.optim.SGD(params, lr=0.1)``.
    rho : float
        Radius, or strength for the other kinds; >= 0.
    p : 1, 2 or inf
    adaptive : bool
    kind : {"normalized", "unnormalized", "margin"}

    Raises
    ------
    ValueError
        An argument out of range.

    Source
    ------
    Foret et al. (2021), Kwon et al. (2021); D66 for the margin.

    Examples
    --------
    >>> w = torch.nn.Parameter(torch.tensor([3.0, 4.0]))  # doctest: +SKIP
    >>> optimizer = SAM([w], lambda ps: torch.optim.SGD(ps, lr=0.1), rho=0.5)  # doctest: +SKIP
    >>> loss = optimizer.step(lambda: 0.5 * (w**2).sum())  # doctest: +SKIP
    """

    def __init__(self, params, base, rho=0.05, p=2, adaptive=False, kind="normalized"):
        checks.number("rho", rho, least=0)
        checks.one_of("p", p, NORMS)
        checks.flag("adaptive", adaptive)
        checks.one_of("kind", kind, KINDS)
        super().__init__(params, {"rho": rho})
        for group in self.param_groups:
            checks.number("rho", group["rho"], least=0)
        self.p, self.adaptive, self.kind = float(p), adaptive, kind
        self.base = base(self.param_groups)
        self.param_groups = self.base.param_groups  # schedulers and state see the same groups

    def step(self, closure, scaler=None):
        """One step; ``closure()`` returns the loss, and neither clears nor computes gradients.

        Parameters
        ----------
        closure : callable
            Called twice, with gradients enabled. For ``kind="margin"`` it returns
            ``(loss, mean of -l')``.
        scaler : torch.amp.GradScaler, optional
            Scales both losses; a step with gradients that are not finite is left out, and the
            scaler is told.

        Returns
        -------
        tensor
            The loss at the weights before the step. The weights are put back also if a closure
            raises.
        """
        if not callable(closure):
            checks.refuse("closure", closure, "a function that returns the loss")
        loss, slope = self._backward(closure, scaler)
        finite = self._unscale(scaler)
        moved = []
        if finite:
            try:
                moved = self._ascend(slope)
                self._backward(closure, scaler)
            finally:
                with torch.no_grad():
                    for weight, before in moved:
                        weight.copy_(before)
        if scaler is None:
            self.base.step()
        else:
            scaler.step(self.base)
            scaler.update()
        return loss.detach()

    def zero_grad(self, set_to_none=True):
        """Clear the gradients, as :meth:`step` does before each of its two passes."""
        self.base.zero_grad(set_to_none)

    def state_dict(self):
        """The state of ``base``, and what the perturbation needs."""
        own = {"p": self.p, "adaptive": self.adaptive, "kind": self.kind}
        return {"base": self.base.state_dict(), "sam": own}

    def load_state_dict(self, state):
        """Restore what :meth:`state_dict` returned."""
        self.base.load_state_dict(state["base"])
        self.param_groups = self.base.param_groups
        for name, value in state["sam"].items():
            setattr(self, name, value)

    def _backward(self, closure, scaler):
        self.zero_grad()
        with torch.enable_grad():
            found = closure()
            loss, slope = found if self.kind == "margin" else (found, 1.0)
            (loss if scaler is None else scaler.scale(loss)).backward()
        return loss, float(slope.detach() if torch.is_tensor(slope) else slope)

    def _unscale(self, scaler):
        """Whether the gradients of the first pass are finite; they are unscaled in place."""
        if scaler is None:
            return True
        factor = 1.0 / scaler.get_scale()
        finite = True
        with torch.no_grad():
            for _, weight in self._weights():
                weight.grad.mul_(factor)
                finite = finite and bool(torch.isfinite(weight.grad).all())
        return finite

    def _weights(self):
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    yield group["rho"], weight

    @torch.no_grad()
    def _ascend(self, slope):
        """Move the weights by eps; returns each with its value before."""
        entries = [(rho, w, _wide(w.grad)) for rho, w in self._weights()]
        moved = [(w, w.clone()) for _, w, _ in entries]
        if self.kind != "normalized":
            for rho, w, g in entries:
                w.add_((g * (rho / slope)).to(w.dtype))
            return moved
        sized = [(rho, w, g * _wide(w).abs() if self.adaptive else g) for rho, w, g in entries]
        largest = max((float(g.abs().max()) for *_, g in sized if g.numel()), default=0.0)
        if largest == 0:
            return moved
        # in two factors, as 1 / largest may be beyond the range where largest is subnormal
        unit = [(rho, w, g / largest) for rho, w, g in sized]
        norm = self._norm([u for *_, u in unit])
        for rho, w, u in unit:
            eps = self._direction(u) * (rho / norm)
            w.add_((eps * _wide(w).abs() if self.adaptive else eps).to(w.dtype))
        return moved

    def _norm(self, parts):
        if self.p == 2:
            return float(sum((u.double() ** 2).sum() for u in parts)) ** 0.5
        if self.p == 1:
            return float(sum((u.abs() >= 1 - 1e-12).sum() for u in parts))
        return 1.0

    def _direction(self, u):
        if self.p == 2:
            return u
        return u.sign() if self.p != 1 else u.sign() * (u.abs() >= 1 - 1e-12)


def _wide(tensor):
    """At least single precision, in which the entries of a gradient do not overflow."""
    narrow = tensor.dtype in (torch.float16, torch.bfloat16)
    return tensor.float() if narrow else tensor
