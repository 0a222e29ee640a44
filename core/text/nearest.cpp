#include "core/text/nearest.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/text/utf8.hpp"

namespace uplift::text {
namespace {

constexpr std::size_t longest_word = 64;  // what is longer is no mistyped word, and the table is quadratic

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, substituted});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        std::swap(before, row);
        std::swap(row, next);
    }
    return row[b.size()];
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known) {
    if (word.size() > longest_word) return std::nullopt;
    const std::string given = lower(word);
    std::optional<std::string_view> best;
    std::size_t best_distance = std::max<std::size_t>(1, given.size() / 3) + 1;
    for (const auto candidate : known) {
        const auto distance = edit_distance(given, lower(candidate));
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = candidate;
    }
    return best;
}

}  // namespace uplift::text
