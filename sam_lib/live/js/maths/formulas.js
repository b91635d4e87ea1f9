// Written by `python -m sam_lib.codegen` from closed_form.py. Do not edit.
import { log_omega, sum } from "./special.js";

// A coordinate of each layer's gradient, divided by the derivative of the loss. [D16]
export function layer_gradient(w, mu, depth) {
  return mu*Math.pow(w, depth - 1);
}

// Norm over all layers of the gradient divided by the derivative of the loss. [D16]
export function layer_norm(mu, w, depth) {
  return Math.sqrt(depth)*Math.sqrt(sum(mu.length, (j) => Math.pow(mu[j], 2)*Math.pow(w[j], 2*depth - 2)));
}

// Margin of a balanced point. [D16]
export function balanced_margin(mu, w, depth) {
  return sum(mu.length, (j) => mu[j]*Math.pow(w[j], depth));
}

// A coordinate of the perturbed layer, l_2 ball over all layers. [D17]
export function l2_perturbed(w, mu, rho, n, depth) {
  return -mu*rho*Math.pow(w, depth - 1)/n + w;
}

// A coordinate of the perturbed layer, l_inf ball. [D17]
export function linf_perturbed(w, rho, depth) {
  return -rho*Math.sign(Math.pow(w, depth - 1)) + w;
}

// Original time that passes in a unit of rescaled time, at the perturbed margin. [D19]
export function clock_rate(margin) {
  return Math.exp(margin) + 1;
}

// A coordinate of the perturbed layer that is positive, or was until it was stopped at 0. [D3]
export function linf_hat(w, rho) {
  return -rho + w;
}

// Part of the perturbed margin of a balanced coordinate that is held at 0; even depth. [D3]
export function held_margin(mu, rho, depth) {
  return mu*Math.pow(rho, depth);
}

// Part of the perturbed margin of a layer w whose partner is held at 0, as the clock sees it. [D3]
export function sliding_margin(w, mu, rho) {
  return mu*rho*(rho - w) + Math.log1p((1/2)*(rho - w)*Math.expm1(-2*mu*Math.pow(rho, 2))/rho);
}

// Length of the l_2 perturbation when a guard kappa is added to the norm of the gradient. [D20]
export function guarded_length(margin, n, rho, kappa) {
  return rho/(kappa*(Math.exp(margin) + 1)/n + 1);
}

// Margin at which a guarded perturbation has half its length. [D20]
export function guard_margin(n, kappa) {
  return Math.log(-1 + n/kappa);
}

// Velocity of a positive coordinate of the balanced l_inf flow. [D2]
export function linf_velocity(w, mu, rho, depth) {
  return mu*Math.pow(-rho + w, depth - 1);
}

// A coordinate of the l_inf flow at depth 2, before it reaches 0. [thm-3.2, D2]
export function linf_depth_two(s, mu, alpha, rho) {
  return ((alpha === rho) ? rho : alpha + (alpha - rho)*Math.expm1(mu*s));
}

// A coordinate of the l_inf flow at depth 3 or more, before it reaches 0 or blows up. [thm-3.2, D2]
export function linf_deep(s, mu, alpha, rho, depth) {
  return ((alpha === rho) ? rho : ((Math.pow(2, depth - 2) > -mu*s*(depth - 2)*Math.pow(alpha - rho, depth - 2) + 1) ? alpha + (alpha - rho)*Math.expm1(-Math.log1p(-mu*s*(depth - 2)*Math.pow(alpha - rho, depth - 2))/(depth - 2)) : rho + (alpha - rho)*Math.exp(-Math.log1p(-mu*s*(depth - 2)*Math.pow(alpha - rho, depth - 2))/(depth - 2))));
}

// Rescaled time at which a coordinate below the gate reaches 0 at depth 2. [D2]
export function linf_zero_time_two(mu, alpha, rho) {
  return -Math.log1p(-alpha/rho)/mu;
}

// Rescaled time at which a coordinate below the gate reaches 0 at even depth 4 or more. [D2]
export function linf_zero_time_deep(mu, alpha, rho, depth) {
  return -Math.pow(-alpha + rho, 2 - depth)*Math.expm1((depth - 2)*Math.log1p(-alpha/rho))/(mu*(depth - 2));
}

// Rescaled time at which a coordinate of the l_inf flow reaches 0 and stays; inf if never. [thm-3.2, D2]
export function linf_zero_time(mu, alpha, rho, depth) {
  return (((depth === 2) && (alpha > 0) && (alpha < rho) && (((depth) % (2)) === 0)) ? -Math.log1p(-alpha/rho)/mu : (((alpha > 0) && (alpha < rho) && (((depth) % (2)) === 0)) ? -Math.pow(-alpha + rho, 2 - depth)*Math.expm1((depth - 2)*Math.log1p(-alpha/rho))/(mu*(depth - 2)) : Infinity));
}

// Rescaled time at which a coordinate of the l_inf flow is infinite; inf if it stays finite. [thm-3.2, D2]
export function linf_blow_up_time(mu, alpha, rho, depth) {
  return (((depth > 2) && (alpha > rho)) ? Math.pow(alpha - rho, 2 - depth)/(mu*(depth - 2)) : Infinity);
}

// A coordinate of the l_inf flow, depth 2 or more: 0 from zero time on, inf from blow-up on. [thm-3.2, D2]
export function linf_path(s, mu, alpha, rho, depth, s_zero, s_blow_up) {
  return ((s >= s_zero) ? 0 : ((s_blow_up <= s) ? Infinity : ((depth === 2) ? ((alpha === rho) ? rho : alpha + (alpha - rho)*Math.expm1(mu*s)) : ((alpha === rho) ? rho : ((Math.pow(2, depth - 2) > -mu*s*(depth - 2)*Math.pow(alpha - rho, depth - 2) + 1) ? alpha + (alpha - rho)*Math.expm1(-Math.log1p(-mu*s*(depth - 2)*Math.pow(alpha - rho, depth - 2))/(depth - 2)) : rho + (alpha - rho)*Math.exp(-Math.log1p(-mu*s*(depth - 2)*Math.pow(alpha - rho, depth - 2))/(depth - 2)))))));
}

// What a coordinate above the gate competes with: the largest score wins. [cor-3.5]
export function linf_score(mu, alpha, rho, depth) {
  return mu*Math.pow(alpha - rho, depth - 2);
}

// Sum of the two layers in the positive quadrant, unbalanced l_inf flow at depth 2. [D2]
export function gate_p(s, mu, p0, rho) {
  return ((p0 === 2*rho) ? 2*rho : p0 + (p0 - 2*rho)*Math.expm1(mu*s));
}

// Difference of the two layers in the positive quadrant, unbalanced l_inf flow at depth 2. [D2]
export function gate_q(s, mu, q0) {
  return q0*Math.exp(-mu*s);
}

// Rescaled time at which the smaller of two positive layers reaches 0; inf above the gate. [D2]
export function gate_exit_time(mu, p0, q0, rho) {
  return ((p0 < 2*rho) ? Math.log((rho + Math.sqrt(-q0*(-p0 + 2*rho) + Math.pow(rho, 2)))/(-p0 + 2*rho))/mu : Infinity);
}

// Sum of two layers of opposite signs, the first positive, l_inf flow at depth 2. [D2]
export function opposite_p(s, mu, p0) {
  return p0*Math.exp(mu*s);
}

// Difference of two layers of opposite signs, the first positive, l_inf flow at depth 2. [D2]
export function opposite_q(s, mu, q0, rho) {
  return q0*Math.exp(-mu*s) + 2*rho*Math.expm1(-mu*s);
}

// Rescaled time at which the smaller of two layers of opposite signs reaches 0. [D2]
export function opposite_exit_time(mu, p0, q0, rho) {
  return Math.log((q0 + 2*rho)/(rho + Math.sqrt(p0*(q0 + 2*rho) + Math.pow(rho, 2))))/mu;
}

// A positive layer while the other is held at 0, until it reaches 0 itself. [D2]
export function sliding_layer(s, mu, w0, rho) {
  return -mu*rho*s + w0;
}

// A coordinate of the depth-one flow, rescaled clock; the perturbation does not enter. [D1]
export function linf_depth_one(s, mu, alpha) {
  return alpha + mu*s;
}

// Margin <w, mu> of the depth-one flow; the shift c is 0 (GD), rho |mu|_2 or rho |mu|_1. [D1]
export function depth_one_margin(t, u0, shift, mu_norm) {
  return shift + log_omega(Math.pow(mu_norm, 2)*t - shift + u0 + Math.exp(-shift + u0));
}

// Shift of the depth-one margin by an l_2 perturbation. [D1]
export function l2_shift(mu, rho) {
  return rho*Math.sqrt(sum(mu.length, (j) => Math.pow(mu[j], 2)));
}

// Shift of the depth-one margin by an l_inf perturbation, features > 0. [D1]
export function linf_shift(mu, rho) {
  return rho*sum(mu.length, (j) => mu[j]);
}

// Original time at which the depth-one margin, which starts at u_0, reaches m. [D1]
export function depth_one_time(margin, u0, shift, mu_norm) {
  return (margin - u0 + Math.exp(-shift + margin) - Math.exp(-shift + u0))/Math.pow(mu_norm, 2);
}

// Sum of the two layers of one coordinate. [D5]
export function l2_p(s, tau, mu, rho, p0) {
  return p0*Math.exp(-Math.pow(mu, 2)*rho*tau + mu*s);
}

// Difference of the two layers of one coordinate. [D5]
export function l2_q(s, tau, mu, rho, q0) {
  return q0*Math.exp(-Math.pow(mu, 2)*rho*tau - mu*s);
}

// Predictor of one coordinate. [D5]
export function l2_beta(p, q) {
  return (1/4)*Math.pow(p, 2) - 1/4*Math.pow(q, 2);
}

// Norm n of the gradient divided by the loss derivative. [D5]
export function l2_norm(mu, p, q) {
  return (1/2)*Math.sqrt(2)*Math.sqrt(sum(mu.length, (j) => (Math.pow(p[j], 2) + Math.pow(q[j], 2))*Math.pow(mu[j], 2)));
}

// The norm n at a balanced point, where p = 2 w and q = 0. [D5]
export function balanced_norm(mu, w) {
  return Math.sqrt(2)*Math.sqrt(sum(mu.length, (j) => Math.pow(mu[j], 2)*Math.pow(w[j], 2)));
}

// log(w / alpha) of a balanced coordinate: gradient descent, late by rho mu tau. [D5]
export function l2_log_gain(s, tau, mu, rho) {
  return mu*(-mu*rho*tau + s);
}

// Growth rate w'/w of a balanced coordinate: a parabola in mu. [D5]
export function growth_rate(mu, n, rho) {
  return mu*(-mu*rho/n + 1);
}

// The mu that grows fastest. [D5]
export function growth_top(n, rho) {
  return (1/2)*n/rho;
}

// From a uniform start the dominant coordinate is the one whose mu is nearest to this. [D6]
export function dominant_mu(s, tau, rho) {
  return (1/2)*s/(rho*tau);
}

// From a uniform start coordinates i and j are level when s equals this. [D6]
export function swap_time(mu_i, mu_j, tau, rho) {
  return rho*tau*(mu_i + mu_j);
}

// The only nonzero coordinate of each equilibrium of the balanced flow. [D8]
export function equilibrium(rho) {
  return (1/2)*Math.sqrt(2)*rho;
}

// Uniform start at which coordinates i and j grow equally fast at the start. [D9]
export function initial_swap(mu_i, mu_j, mu_norm, rho) {
  return (1/2)*Math.sqrt(2)*rho*(mu_i + mu_j)/mu_norm;
}

// Uniform start above which the gradient norm never falls, so that nothing rewinds. [D15]
export function rewind_scale(mu, rho) {
  return (1/2)*Math.sqrt(2)*rho*sum(mu.length, (j) => Math.pow(mu[j], 4))/(Math.sqrt(sum(mu.length, (j) => Math.pow(mu[j], 2)))*sum(mu.length, (j) => Math.pow(mu[j], 3)));
}

// Bound on the collapse threshold: from below with mu_1, from above with mu_d. [D8]
export function collapse_bound(mu, mu_norm, rho) {
  return (1/2)*Math.sqrt(2)*mu*rho/mu_norm;
}

// Loss at the saddle on the first coordinate. [D11]
export function plateau_loss(mu_1, rho) {
  return Math.log1p(Math.exp(-1/2*mu_1*Math.pow(rho, 2)));
}

// Rescaled time spent near the saddle, up to a bounded term. [D11]
export function plateau_stay(mu_1, alpha, alpha_c) {
  return Math.log(1/Math.abs(alpha/alpha_c - 1))/mu_1;
}

// A coordinate after so many l_inf-SAM steps at depth 2, before it crosses 0. [D22]
export function linf_steps_two(k, eta, mu, alpha, rho) {
  return rho + (alpha - rho)*Math.pow(eta*mu + 1, k);
}

// Largest distance from 0 of a coordinate that crossed it, for steps with eta mu <= 1. [D22]
export function linf_chatter(eta, mu, rho) {
  return eta*mu*rho;
}

// Growth rate w'/w of a balanced coordinate with the score z = mu w^(L-2), at any depth. [D24]
export function score_rate(z, n, rho, depth) {
  return z*Math.pow(1 - rho*z/n, depth - 1);
}

// The score that grows fastest. [D24]
export function score_top(n, rho, depth) {
  return n/(depth*rho);
}

// Growth rate w'/w of a balanced coordinate of the diagonal ReLU network: it never falls. [D31]
export function relu_growth_rate(mu, n, rho) {
  return ((n > mu*rho) ? mu*(-mu*rho/n + 1) : 0);
}

// Growth rate w'/w under adaptive SAM, for the share x = mu beta / |mu beta|_2 of a coordinate. [D32]
export function adaptive_growth_rate(mu, share, rho) {
  return mu*(-1/2*Math.sqrt(2)*rho*share + 1);
}

// Share of a coordinate when all that are present grow at the common rate r. [D32]
export function adaptive_share(mu, level, rho) {
  return ((mu > level) ? Math.sqrt(2)*(mu - level)/(mu*rho) : 0);
}

// Distance from the minimum of the two-cycle of SAM on a x^2 / 2. [D77]
export function cycle_radius(eta, a, rho) {
  return a*eta*rho/(-a*eta + 2);
}

// Factor, up to its sign, of a small component of curvature a at the two-cycle of curvature b. [D79]
export function cycle_multiplier(eta, a, b) {
  return -Math.pow(a, 2)*(-b*eta + 2)/Math.pow(b, 2) - a*eta + 1;
}

// Excess loss that stays under skewed noise as the step size goes to 0. [D80]
export function noise_excess(a, chi, rho) {
  return (1/2)*a*Math.pow(chi, 2)*Math.pow(rho, 2);
}

// Least ratio of beta under SAM and under GD at any time; alpha is where the last one starts. [D27]
export function delay_bound(mu, mu_d, alpha, rho) {
  return Math.exp(2*Math.pow(mu, 2)*Math.log1p(-1/2*Math.sqrt(2)*rho/alpha)/Math.pow(mu_d, 2));
}

// Leading term of -log L - log t under l_inf-SAM at depth 2, at T = log t; mu of the winner. [D4]
export function linf_loss_lead(log_time, mu, rho) {
  return 2*Math.sqrt(log_time)*Math.sqrt(mu)*rho;
}

// Power of log t with which (w_j - rho)^2 grows at depth 2 above the gate; mu of the winner. [D4]
export function linf_excess_exponent(mu_j, mu) {
  return mu_j/mu;
}

// Margin less perturbed margin at depth 2; a coordinate that is held at 0 counts with W = 0. [D4]
export function linf_margin_gap(mu, w, rho) {
  return sum(mu.length, (j) => (-Math.pow(rho, 2) + 2*rho*w[j])*mu[j]);
}

// Leading term of -log L - log t under l_2-SAM at depth 2, at T = log t. [D29]
export function l2_loss_lead(log_time, mu_d, rho) {
  return Math.sqrt(2)*Math.sqrt(log_time)*Math.sqrt(mu_d)*rho;
}

// The l_q norm G of the gradient over both layers, divided by the derivative of the loss. [D56]
export function lp_norm(mu, w, q) {
  return Math.pow(2*sum(mu.length, (j) => Math.pow(mu[j]*w[j], q)), 1/q);
}

// Velocity of a balanced positive coordinate under l_p-SAM: a Bernoulli equation. [D56]
export function lp_velocity(w, mu, norm, rho, q) {
  return -Math.pow(norm, 1 - q)*Math.pow(mu, q)*rho*Math.pow(w, q - 1) + mu*w;
}

// Rate at which the toll I of one coordinate grows. [D56]
export function lp_toll_rate(s, mu, norm, q) {
  return Math.pow(norm, 1 - q)*Math.exp(mu*s*(q - 2));
}

// A balanced coordinate under l_p-SAM at depth 2 that has paid the toll I; 0 once it has died. [D56]
export function lp_path(s, toll, mu, alpha, rho, q) {
  return ((q === 2) ? alpha*Math.exp(-toll*Math.pow(mu, 2)*rho + mu*s) : ((toll*Math.pow(alpha, q - 2)*Math.pow(mu, q)*rho*(2 - q) < 1) ? alpha*Math.exp(mu*s + Math.log1p(-toll*Math.pow(alpha, q - 2)*Math.pow(mu, q)*rho*(2 - q))/(2 - q)) : 0));
}

// Start that a coordinate must exceed to survive the toll I; p > 2. [D57]
export function lp_gate(toll, mu, rho, q) {
  return Math.pow(toll*Math.pow(mu, q)*rho*(2 - q), 1/(2 - q));
}

// A coordinate of the equilibrium on a set of features; the sum runs over that set; p not 2. [D58]
export function lp_equilibrium(mu_i, mu, rho, q) {
  return Math.pow(mu_i, (q - 1)/(2 - q))*rho*Math.pow(2*sum(mu.length, (j) => Math.pow(mu[j], q/(2 - q))), -(q - 1)/q);
}

// Bounds the collapse threshold of a uniform start: mu_1 from below, mu_d from above. [D59]
export function lp_threshold_bound(mu_i, mu, rho, q) {
  return Math.pow(mu_i, q - 1)*rho*Math.pow(2*sum(mu.length, (j) => Math.pow(mu[j], q)), -(q - 1)/q);
}

// Growth rate w'/w of a balanced coordinate under margin SAM: a parabola that stands still. [D66]
export function dial_rate(mu, kappa) {
  return mu*(-kappa*mu + 1);
}

// The mu that grows fastest. [D66]
export function set_point(kappa) {
  return (1/2)/kappa;
}

// Limit of -log L / log t under margin SAM; mu of the winner. [D67]
export function dial_loss_power(mu, kappa) {
  return Math.pow(-kappa*mu + 1, -2);
}

// A coordinate of the equilibrium on a set of features; the sum runs over that set; depth > 2. [D44]
export function deep_equilibrium(mu_i, mu, rho, depth) {
  return Math.pow(mu_i, -1/(depth - 2))*rho/(Math.sqrt(depth)*Math.sqrt(sum(mu.length, (j) => Math.pow(mu[j], -2/(depth - 2)))));
}

// Bounds the collapse threshold of a uniform start: mu_1 from below, mu_d from above. [D46]
export function deep_collapse_bound(mu, mu_norm, rho, depth) {
  return mu*rho/(Math.sqrt(depth)*mu_norm);
}

// Uniform start above which the stronger of two coordinates grows faster at the start. [D48]
export function outset_change(mu_i, mu_j, mu_norm, rho, depth) {
  return rho*(-mu_i + mu_j*Math.pow(mu_j/mu_i, 1/(depth - 1)))/(Math.sqrt(depth)*mu_norm*(Math.pow(mu_j/mu_i, 1/(depth - 1)) - 1));
}

// Uniform start below which the stronger of two coordinates grows faster too; odd depth. [D48]
export function outset_change_odd(mu_i, mu_j, mu_norm, rho, depth) {
  return rho*(mu_i + mu_j*Math.pow(mu_j/mu_i, 1/(depth - 1)))/(Math.sqrt(depth)*mu_norm*(Math.pow(mu_j/mu_i, 1/(depth - 1)) + 1));
}

// Zero where the ray (1, -zeta) leads into the saddle; two features, even depth > 2. [D47]
export function plateau_ray(zeta, share, depth) {
  return -(depth - 2)*(zeta - Math.pow(zeta, depth - 1)) + (depth - 1)*(share - Math.pow(zeta, depth - 1)*(1 - share))*(zeta + 1);
}

// The stay near the saddle grows like this power of 1/|alpha/alpha_c - 1|. [D47]
export function plateau_power(zeta, share, depth) {
  return (depth - 2)*(depth - (depth - 1)*(share - Math.pow(zeta, depth - 1)*(1 - share)) - 2)/(depth + Math.pow(zeta, depth - 2)*(depth - 1)*(-depth + (1 - share)*(depth - 1)*(zeta + 1) + 2) - (depth - 1)*(share - Math.pow(zeta, depth - 1)*(1 - share)) - 2);
}
